"""/transfers/new and /transfers/<number>/edit: the form of a draft, with what is available beside each line."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, NamedTuple

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory import store as inventory
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.transfers import draft, store
from dashboard.transfers.commands import EditTransfer
from dashboard.transfers.draft import TypedLine, TypedTransfer
from dashboard.transfers.drafts import draft_transfer, edit_transfer
from dashboard.transfers.views.blueprint import blueprint
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


class Known(NamedTuple):
    """What the catalogue and the shelves say about a typed line; stock: (place, available units) per location in use."""

    sku: Any
    stock: list[tuple[Any, int]]


@blueprint.get("/new")
@requires("stock.adjust")
def new() -> str:
    """Empty, or begun with ?sku (more than one), ?from and ?to."""
    asked = flask.request.args
    typed = draft.prefilled(asked.getlist("sku"), asked.get("from", ""), asked.get("to", ""))
    return flask.render_template("transfers/form.html", **_values(typed, None, once.new_key()))


@blueprint.get("/new/line")
@requires("stock.adjust")
def line() -> str:
    """One line with its item and what is available, as soon as its SKU is typed."""
    typed = draft.read_lines(flask.request.args)[:1]
    if not typed:
        raise Invalid("Say which line.")
    known = _known(typed)
    one = typed[0]
    if one.index in known:
        one.sku, one.units = known[one.index].sku.code, one.units or "1"
    elif one.sku.strip():
        one.errors["sku"] = f"There is no SKU or barcode {one.sku.strip()[:40]}."
    origin = flask.request.args.get("from_location", "")
    return flask.render_template("transfers/_line.html", line=one, known=known, spare=False, origin=origin)


@blueprint.post("")
@requires("stock.adjust")
def create() -> Any:
    sent = draft.read(flask.request.form)
    if flask.request.form.get("more"):
        return _longer(sent, None)
    try:
        saved = once.run(draft_transfer, sent.command(_codes(sent)))
    except (Invalid, Conflict) as error:
        return _again(sent, None, error)
    flask.flash(f"Transfer {saved['number']} is drafted; dispatch it when the units leave.", "ok")
    return redirect(flask.url_for("transfers.show", number=saved["number"]))


@blueprint.get("/<number>/edit")
@requires("stock.adjust")
def edit(number: str) -> Any:
    row, typed = _stored(number)
    if row.status != "draft":
        return flask.redirect(flask.url_for("transfers.show", number=row.number), 303)
    return flask.render_template("transfers/form.html", **_values(typed, row, once.new_key()))


@blueprint.post("/<number>")
@requires("stock.adjust")
def update(number: str) -> Any:
    row = store.transfer(reader(), number)
    sent = draft.read(flask.request.form)
    seen = SimpleNamespace(number=row.number, version=flask.request.form.get("version", 0, type=int))
    if flask.request.form.get("more"):
        return _longer(sent, seen)
    try:
        once.run(edit_transfer, EditTransfer(row.number, seen.version, sent.command(_codes(sent))))
    except Invalid as error:
        return _again(sent, seen, error)
    except Conflict as error:
        if error.code != "conflict" or "status" not in error.facts:
            raise
        return _conflict(sent, number, error)
    flask.flash(f"Draft {row.number} is saved.", "ok")
    return redirect(flask.url_for("transfers.show", number=row.number))


def _stored(number: str) -> tuple[store.Row, TypedTransfer]:
    row = store.transfer(reader(), number)
    lines = [(line.sku, line.units) for line in store.lines(reader(), row.id)]
    return row, draft.of_transfer(row.from_code, row.to_code, row.note, row.expected_on, lines)


def _codes(sent: TypedTransfer) -> dict[int, str]:
    """A scanned barcode stands for its SKU."""
    return {index: known.sku.code for index, known in _known(sent.lines).items()}


def _longer(sent: TypedTransfer, row: Any) -> Any:
    """The same form with more blank lines: the way to add some without JavaScript."""
    sent.add_lines()
    return _answer(sent, row, 200, once.new_key())


def _again(sent: TypedTransfer, row: Any, error: DomainError) -> Any:
    """422: everything that was typed, each complaint beside its field."""
    if error.facts:
        sent.complain(error)
    sent.add_lines(1)
    return _answer(sent, row, 422, once.new_key())


def _conflict(sent: TypedTransfer, number: str, error: Conflict) -> Any:
    """409: what the draft says now above what was typed; saving again replaces it."""
    refresh()
    row, theirs = _stored(number)
    sent.add_lines(1)
    response = _answer(sent, row, 409, once.fresh_key(), theirs=theirs, message=error.message)
    response.headers["HX-Retarget"] = "#transfer-form"
    return response


def _answer(sent: TypedTransfer, row: Any, status: int, key: str, **more: Any) -> flask.Response:
    template = "transfers/_form.html" if wants_part() else "transfers/form.html"
    return flask.make_response(flask.render_template(template, **{**_values(sent, row, key), **more}), status)


def _values(typed: TypedTransfer, row: Any, key: str) -> dict[str, Any]:
    places = inventory.locations(active=True)
    return {
        "live": None,
        "draft": typed,
        "transfer": row,
        "known": _known(typed.lines),
        "key": key,
        "places": [("", "Choose a location"), *((place.code, place.name) for place in places)],
        "blank": TypedLine(0),
        "origin": typed.values["from_location"],
        "theirs": None,
        "message": None,
    }


def _known(lines: Iterable[TypedLine]) -> dict[int, Known]:
    """Per line index: its SKU, by code or by barcode, and what each location could give."""
    typed = {line.index: line.sku.strip() for line in lines if line.sku.strip()}
    skus = catalog.by_words(set(typed.values()))
    places = inventory.locations(active=True) if skus else []
    units = store.available(reader(), [sku.id for sku in skus.values()]) if skus else {}
    return {
        index: Known(skus[word], [(place, units.get((skus[word].id, place.id), 0)) for place in places])
        for index, word in typed.items()
        if word in skus
    }
