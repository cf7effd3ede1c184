"""/orders/new: an order taken by phone, mail or at the counter, with the stock of each line beside it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import flask

from dashboard.catalog import store as catalog
from dashboard.channels.actions import place_order
from dashboard.channels.desk import place_paid_order
from dashboard.kernel import units
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.orders import addresses, draft, store
from dashboard.orders.draft import OrderDraft, TypedLine
from dashboard.orders.views.blueprint import blueprint
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part
from dashboard.web.livepage import live_page


class Known(NamedTuple):
    """What the catalogue and the shelves say about a typed line; stock: (place, balance or None) per location."""

    sku: Any
    stock: list[tuple[Any, Any]]


@blueprint.get("/new")
@requires("orders.create")
def new() -> str:
    live = live_page("stock")
    return flask.render_template("orders/new.html", live=live, **_values(draft.read_draft(flask.request.args), once.new_key()))


@blueprint.get("/new/line")
@requires("orders.create")
def line() -> str:
    """One line with its item, price and stock, as soon as its SKU is typed."""
    typed = draft.read_lines(flask.request.args)
    if not typed:
        raise Invalid("Say which line.")
    typed = typed[:1]
    known = _known(typed)
    for one in typed:
        _prefill(one, known)
    return flask.render_template("orders/_draft_line.html", line=typed[0], known=known, spare=False)


@blueprint.post("")
@requires("orders.create")
def create() -> Any:
    sent = draft.read_draft(flask.request.form)
    try:
        command = sent.command()
        known = _known(sent.lines)
        command = _by_code(command, sent, known)
        action = place_paid_order if sent.values["payment"] == "paid" else place_order
        placed = once.run(action, command, lambda placed: {"id": placed.id, "number": placed.number})
    except Invalid as error:
        return _again(sent, error, once.new_key())
    except Conflict as error:
        if "short" not in error.facts:
            raise
        return _again(sent, error, once.fresh_key())  # the refusal is stored under the old key
    flask.flash(f"Order #{placed['number']} is placed.", "ok")
    for trouble in addresses.troubles(command.ship_to):
        flask.flash(f"The address of #{placed['number']}: {trouble.message}.", "warn")
    return redirect(flask.url_for("orders.show", number=placed["number"]))


def _by_code(command: Any, sent: OrderDraft, known: dict[int, Known]) -> Any:
    """A scanned barcode stands for its SKU."""
    asked = [line for line in sent.lines if not line.is_blank]
    lines = []
    for typed, drafted in zip(asked, command.lines, strict=True):
        code = known[typed.index].sku.code if typed.index in known else drafted.sku
        typed.sku = code
        lines.append(type(drafted)(code, drafted.quantity, drafted.unit_price_e4))
    return type(command)(**{**command.__dict__, "lines": tuple(lines)})


def _again(sent: OrderDraft, error: DomainError, key: str) -> Any:
    """422: everything that was typed, each complaint beside its field."""
    if error.facts:
        sent.complain(error)
    template = "orders/_draft_form.html" if wants_part() else "orders/new.html"
    return flask.make_response(flask.render_template(template, live=None, **_values(sent, key)), 422)


def _values(shown: OrderDraft, key: str) -> dict[str, Any]:
    return {
        "draft": shown,
        "known": _known(shown.lines),
        "key": key,
        "channels": list(draft.CHANNELS.items()),
        "currencies": [(code, code) for code in draft.CURRENCIES],
        "payments": list(draft.PAYMENTS.items()),
        "shortages": list(draft.SHORTAGES.items()),
        "blank": TypedLine(0),
    }


def _prefill(typed: TypedLine, known: dict[int, Known]) -> None:
    """The catalogue's price where none was typed, and one unit."""
    if typed.index in known:
        sku = known[typed.index].sku
        typed.sku = sku.code
        typed.unit_price = typed.unit_price or units.price_text(sku.unit_price_e4, sku.currency)
        typed.quantity = typed.quantity or "1"
    elif typed.sku.strip():
        typed.errors["sku"] = f"There is no SKU or barcode {typed.sku.strip()[:40]}."


def _known(lines: Iterable[TypedLine]) -> dict[int, Known]:
    """Per line index: its SKU, by code or by barcode, and its balances."""
    typed = {line.index: line.sku.strip() for line in lines if line.sku.strip()}
    skus = catalog.by_words(set(typed.values()))
    connection = store.reader()
    places = store.locations(connection) if skus else []
    stock = store.balances(connection, sorted({sku.id for sku in skus.values()}))
    return {
        index: Known(skus[word], [(place, stock.get((skus[word].id, place.id))) for place in places])
        for index, word in typed.items()
        if word in skus
    }
