"""/counts/<number>: the page of those who count. It knows no expected figure, so it can show none."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.counts import store
from dashboard.counts.actions import begin_line, count_units
from dashboard.counts.commands import BeginLine, CountUnits, TakeBack
from dashboard.counts.correcting import take_back
from dashboard.counts.views import words
from dashboard.counts.views.blueprint import blueprint
from dashboard.kernel import units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part
from dashboard.web.livepage import live_page

CLOSED = ("approved", "cancelled")
NO_ERRORS = {"sku": "", "units": ""}


@blueprint.get("/<number>")
@requires("stock.read")
def show(number: str) -> str:
    live = live_page(f"count:{number[:24]}")
    sku = flask.request.args.get("sku", "").strip()[:64]
    values = _values(number, sku)
    return flask.render_template("counts/_lines.html" if wants_part() else "counts/show.html", live=live, **values)


def _values(number: str, sku: str = "") -> dict[str, Any]:
    """The page of a count. sku: what stands in the scan field."""
    connection, actor = reader(), access.actor()
    head = store.count(connection, number)
    lines = store.blind_lines(connection, head.id)
    line = next((line for line in lines if line.sku == sku.upper() or (sku and line.barcode == sku)), None)
    return {
        "head": head,
        "lines": sorted(lines, key=lambda line: line.state != "to_count"),
        "mark": words.status(head),
        "line_mark": words.blind,
        "sources": words.SOURCES,
        "may_count": actor.may("stock.adjust"),
        "may_approve": actor.may("counts.approve"),
        "may_cancel": head.opened_by == actor.ref or actor.may("counts.approve"),
        "is_closed": head.status in CLOSED,
        "entry": SimpleNamespace(
            sku=line.sku if line else sku, line=line, units="", errors=dict(NO_ERRORS), said=None, warning=None, undo=_own(lines, actor)
        ),
        "key": once.new_key(),
    }


def _own(lines: list[store.BlindLine], actor: Actor) -> str:
    """The SKU that was counted last by this person and can be taken back; '' for none."""
    own = [line for line in lines if line.state == "counted" and line.counter == actor.ref]
    return max(own, key=lambda line: line.counted_at).sku if own else ""


@blueprint.post("/<number>/lines")
@requires("stock.adjust")
def enter(number: str) -> Any:
    """A SKU alone says that one is on it; with units it is counted; `undo` takes one's own figure of that SKU back."""
    if undo := flask.request.form.get("undo", "").strip():
        return _taken_back(number, undo)
    sku, given = flask.request.form.get("sku", "").strip(), flask.request.form.get("units", "").strip()
    try:
        if not given:
            return _begun(number, once.run(begin_line, BeginLine(number, sku)))
        return _counted(number, once.run(count_units, CountUnits(number, sku, _units(given))))
    except DomainError as error:
        if error.code == "not_found" and "fields" not in error.facts:
            raise
        return _refused(number, error, sku[:64], given[:20])


def _units(given: str) -> int:
    """Raises: Invalid, for anything but a whole number from 0 on."""
    try:
        return units.whole_units(given, "units", 0)
    except Invalid as error:
        raise Invalid(error.message, fields={"units": f"Enter a whole number from 0 to {units.MOST_UNITS}."}) from None


def _begun(number: str, saved: dict[str, Any]) -> Any:
    other = saved["other"]
    warning = f"{other} said before you: I am on it. Ask, or count another." if other else None
    if wants_part():
        return _entry(number, 200, saved["sku"], warning=warning)
    if warning:
        flask.flash(warning, "warn")
    return redirect(flask.url_for("counts.show", number=number, sku=saved["sku"], _anchor="count-entry"))


def _counted(number: str, saved: dict[str, Any]) -> Any:
    said = f"{saved['sku']}: {saved['units']:,} counted."
    if saved["recount"]:
        said += " Somebody else counts it again."
    said += f" {saved['left']} left." if saved["left"] else " Everything is counted."
    if wants_part():
        return _entry(number, 200, "", said=said)
    flask.flash(said, "ok")
    return redirect(flask.url_for("counts.show", number=number, _anchor="count-entry"))


def _taken_back(number: str, sku: str) -> Any:
    try:
        saved = once.run(take_back, TakeBack(number, sku))
    except DomainError as error:
        if error.code == "not_found" and "fields" not in error.facts:
            raise
        return _refused(number, error, sku[:64], "")
    said = f"{saved['sku']}: your figure is taken back. Count it again."
    if wants_part():
        return _entry(number, 200, saved["sku"], said=said)
    flask.flash(said, "ok")
    return redirect(flask.url_for("counts.show", number=number, sku=saved["sku"], _anchor="count-entry"))


def _refused(number: str, error: DomainError, sku: str, given: str) -> Any:
    """The form again, with what was typed and why not."""
    status = 422 if error.status in (404, 422) else error.status
    fields = error.facts.get("fields", {"sku": error.message})
    return _entry(number, status, sku, units=given if "units" in fields else "", errors={**NO_ERRORS, **fields})


def _entry(number: str, status: int, sku: str, **entry: Any) -> Any:
    refresh()
    values = _values(number, sku)
    vars(values["entry"]).update(entry)
    values["key"] = once.fresh_key()
    if not wants_part():
        return flask.make_response(flask.render_template("counts/show.html", live=None, **values), status)
    body = flask.render_template("counts/_entry.html", **values)
    return flask.make_response(body, status, {"HX-Retarget": "#count-entry"} if status not in (200, 422) else {})
