"""/counts/<number>/review: the figures beside what was expected, and what is decided about them."""

from collections.abc import Mapping
from typing import Any

import flask

from dashboard.counts import store
from dashboard.counts.approval import approve_lines, cancel_count, recount_lines, reject_lines
from dashboard.counts.commands import CancelCount, DecideLines
from dashboard.counts.views import words
from dashboard.counts.views.blueprint import blueprint
from dashboard.inventory.tracked_typed import TypedGiven, read_given, wants_another
from dashboard.inventory.tracked_units import Given
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.orders.store.waiting import numbers
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, toast, wants_part
from dashboard.web.livepage import live_page

DECISIONS = {
    "approve": (approve_lines, "approved: stock is corrected"),
    "recount": (recount_lines, "to be counted again by somebody else"),
    "reject": (reject_lines, "left out: stock stays as it is"),
}


@blueprint.get("/<number>/review")
@requires("counts.approve")
def review(number: str) -> str:
    live = live_page(f"count:{number[:24]}")
    return flask.render_template("counts/_review.html" if wants_part() else "counts/review.html", live=live, **_values(number))


def _values(number: str, typed: Mapping[int, TypedGiven] | None = None) -> dict[str, Any]:
    """typed: what was said about lots and serial numbers, per line id."""
    head = store.count(reader(), number)
    lines = store.review_lines(reader(), head.id)
    undecided = [line for line in lines if line.state == "counted"]
    known = {line.currency for line in lines}
    final = [line for line in lines if line.state in ("counted", "approved")]
    return {
        "head": head,
        "lines": lines,
        "mark": words.status(head),
        "line_mark": words.reviewed,
        "signed": words.signed,
        "undecided": undecided,
        "exact": sum(line.variance == 0 for line in final),
        "figures": len(final),
        "units": sum(line.variance or 0 for line in final),
        "value": sum(line.value or 0 for line in final) if len(known) == 1 else None,
        "currency": next(iter(known), "GBP"),
        "myself": access.actor().ref,
        "key": once.fresh_key(),
        "typed_of": typed or {},
        "is_closed": head.status in ("approved", "cancelled"),
    }


@blueprint.post("/<number>/decisions")
@requires("stock.adjust")
def decide(number: str) -> Any:
    """decision: approve, recount or reject of the chosen lines; `only` is `decision:line id` of one row's button."""
    form, typed = flask.request.form, _typed(number)
    if wants_another(form):
        return _again(number, typed, 200)
    decision, _, one = form.get("only", "").partition(":")
    decision = decision or form.get("decision", "")
    if decision not in (*DECISIONS, "approve_all"):
        raise Invalid("Choose what to decide: approve, recount or reject.", fields={"decision": "unknown decision"})
    lines = None if decision == "approve_all" else _lines([one] if one else form.getlist("line"))
    version = form.get("version", type=int) if decision == "approve_all" else None
    action, said = DECISIONS["approve" if decision == "approve_all" else decision]
    try:
        saved = once.run(action, DecideLines(number, lines, version, _given(number, typed)))
    except Invalid as error:
        if not _complain(typed, error):
            raise
        return _again(number, typed, 422)
    except Conflict as error:
        raise _with_numbers(error) from None
    text = f"{saved['lines']} line{'' if saved['lines'] == 1 else 's'} {said}."
    if saved["left"]:
        text += f" {saved['left']} above the tolerance wait for somebody else who may approve."
    return _answer(number, text)


def _typed(number: str) -> dict[int, TypedGiven]:
    """What the form says of which lots, or with which serial numbers, the variance of each line is."""
    sent = flask.request.form
    named = {name.partition("-")[0] for name in sent if name.endswith(("-lot", "-serials"))}
    return {int(line_id): read_given(sent, f"{line_id}-") for line_id in sorted(named) if line_id.isdecimal() and len(line_id) <= 18}


def _given(number: str, typed: Mapping[int, TypedGiven]) -> dict[int, Given]:
    """Raises: Invalid, with the complaints in `typed`."""
    lines = {line.id: line for line in store.review_lines(reader(), store.count(reader(), number).id)} if typed else {}
    found = {}
    for line_id, said in typed.items():
        if line_id in lines:
            found[line_id] = said.given(lines[line_id].tracks, abs(lines[line_id].variance or 0))
    return {line_id: given for line_id, given in found.items() if given.named}


def _complain(typed: Mapping[int, TypedGiven], error: Invalid) -> bool:
    """Put complaints (12.lots.0.lot) beside their fields. Returns whether each has one."""
    if any(said.errors for said in typed.values()):
        return True
    told = []
    for name, message in error.facts.get("fields", {}).items():
        line_id, _, rest = name.partition(".")
        said = typed.get(int(line_id)) if line_id.isdecimal() else None
        told.append(said is not None and said.complain(rest, message))
    return bool(told) and all(told)


def _again(number: str, typed: Mapping[int, TypedGiven], status: int) -> Any:
    """The figures again, with what was typed beside them."""
    refresh()
    template = "counts/_review.html" if wants_part() else "counts/review.html"
    return flask.make_response(flask.render_template(template, live=None, **_values(number, typed)), status)


def _lines(given: list[str]) -> tuple[int, ...]:
    """Raises: Invalid, for none or what is no id."""
    if not given or not all(value.isascii() and value.isdigit() and len(value) <= 18 for value in given):
        raise Invalid("Select at least one line first.", fields={"line": "select at least one"})
    return tuple(int(value) for value in given)


def _with_numbers(error: Conflict) -> Conflict:
    """A refusal for units that orders hold names those orders."""
    short = error.facts.get("short")
    if not short:
        return error
    ids = sorted({order_id for one in short for order_id in one.get("order_ids", ())})
    named = [f"#{number}" for number in numbers(reader(), ids).values()]
    return InsufficientStock(error.message, orders=named) if named else InsufficientStock(error.message)


@blueprint.post("/<number>/cancellation")
@requires("stock.adjust")
def cancel(number: str) -> Any:
    saved = once.run(cancel_count, CancelCount(number, flask.request.form.get("version", type=int)))
    flask.flash(f"Count {saved['number']} is {words.STATUSES[saved['status']].label.lower()}; lines without approval are left out.", "ok")
    return redirect(flask.url_for("counts.index", view="done"))


def _answer(number: str, text: str) -> Any:
    if wants_part() and flask.request.form.get("from") == "review" and access.actor().may("counts.approve"):
        refresh()
        return flask.make_response(flask.render_template("counts/_review.html", **_values(number)), 200, toast(text))
    flask.flash(text, "ok")
    page = "counts.review" if flask.request.form.get("from") == "review" else "counts.show"
    return redirect(flask.url_for(page, number=number))
