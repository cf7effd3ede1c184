"""/transfers/<number>/...: dispatch, receive with scans, write off, send back, cancel."""

from collections.abc import Callable
from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory.tracked_typed import wants_another
from dashboard.kernel.errors import Conflict, Forbidden, Invalid
from dashboard.orders.store import refresh
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back, settle_loss
from dashboard.transfers.arriving import TypedCounts
from dashboard.transfers.commands import CancelTransfer, ReceiveTransfer, SendBack
from dashboard.transfers.drafts import cancel_transfer
from dashboard.transfers.views import page
from dashboard.transfers.views.blueprint import blueprint
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.post("/<number>/dispatch")
@requires("stock.adjust")
def dispatch(number: str) -> Any:
    values = page.values_of(number)
    typed = page.typed_of(values["lines"], flask.request.form)
    if wants_another(flask.request.form):
        return _again({**values, "going": typed}, 200)
    try:
        command = typed.dispatch(number, _version(), {line.id: line.units for line in values["lines"]})
        saved = once.run(dispatch_transfer, command)
    except Invalid as error:
        typed.complain(error)
        return _again({**values, "going": typed}, 422)
    except (Conflict, Forbidden) as error:
        return _refused(number, error, going=typed)
    return _done(saved, "left its location; it is in transit now")


@blueprint.post("/<number>/return")
@requires("stock.adjust")
def create_return(number: str) -> Any:
    return _plain(number, send_back, SendBack(number, _note(), _version()), "went back; its units are on their first shelf again")


@blueprint.post("/<number>/cancellation")
@requires("stock.adjust")
def create_cancellation(number: str) -> Any:
    return _plain(number, cancel_transfer, CancelTransfer(number, _note(), _version()), "is cancelled; nothing had moved")


@blueprint.post("/<number>/receipts")
@requires("stock.adjust")
def create_receipt(number: str) -> Any:
    """What arrived; with step=scan one more unit of a scanned SKU is counted and nothing is saved yet."""
    values = page.values_of(number)
    typed = page.typed_of(values["lines"], flask.request.form)
    step = flask.request.form.get("step")
    if wants_another(flask.request.form):
        return _again({**values, "receipt": typed}, 200)
    if step == "scan":
        return _scanned(values, typed)
    command = None
    try:
        command = typed.receipt(number, _version()) if step != "all" else ReceiveTransfer(number, None, _note(), _version())
        saved = once.run(receive_transfer, command)
    except Invalid as error:
        typed.complain(error, command.lines or ()) if command else None
        return _again({**values, "receipt": typed}, 422)
    except (Conflict, Forbidden) as error:
        return _refused(number, error, receipt=typed)
    return _done(saved, "is received in full" if saved["status"] == "received" else "is received in part; the rest is still on the way")


@blueprint.post("/<number>/losses")
@requires("stock.adjust")
def create_loss(number: str) -> Any:
    values = page.values_of(number)
    typed, command = page.typed_of(values["lines"], flask.request.form), None
    try:
        command = typed.loss(number, _version())
        saved = once.run(settle_loss, command)
    except Invalid as error:
        typed.complain(error, command.lines) if command else None
        return _again({**values, "loss": typed}, 422)
    except (Conflict, Forbidden) as error:
        return _refused(number, error, loss=typed)
    return _done(saved, "has its loss written off" if saved["status"] == "received" else "has its loss written off; the rest is on the way")


def _plain(number: str, action: Callable[..., Any], command: Any, words: str) -> Any:
    """A step without fields of its own."""
    try:
        saved = once.run(action, command)
    except (Conflict, Forbidden) as error:
        return _refused(number, error)
    return _done(saved, words)


def _done(saved: dict[str, Any], words: str) -> Any:
    flask.flash(f"Transfer {saved['number']} {words}.", "ok")
    return redirect(flask.url_for("transfers.show", number=saved["number"]))


def _scanned(values: dict[str, Any], typed: TypedCounts) -> Any:
    """The form with one more unit of the scanned SKU."""
    word = flask.request.form.get("scan", "").strip()
    sku = catalog.by_words({word}).get(word) if word else None
    line = next((line for line in values["on_the_way"] if sku is not None and line.sku_id == sku.id), None)
    if line is None:
        known = f"{sku.code} is not on the way in this transfer." if sku else f"There is no SKU or barcode {word[:40]}."
        typed.errors["scan"] = known if word else "Scan or type a SKU or a barcode."
        return _again({**values, "receipt": typed}, 422)
    counted = typed.scan(line.id, line.in_transit)
    told = None if typed.errors else f"{line.sku}: {counted} of {line.in_transit}"
    return _again({**values, "receipt": typed, "scanned": told}, 422 if typed.errors else 200)


def _refused(number: str, error: Conflict | Forbidden, **typed: TypedCounts) -> Any:
    """The page as it is now, with why it was refused and what was typed."""
    refresh()
    response = _again({**page.values_of(number), **typed, "problem": error}, error.status)
    response.headers["HX-Retarget"] = "#transfer-page"
    return response


def _again(values: dict[str, Any], status: int) -> flask.Response:
    template = "transfers/_page.html" if wants_part() else "transfers/show.html"
    return flask.make_response(flask.render_template(template, live=None, **values), status)


def _version() -> int | None:
    return flask.request.form.get("version", type=int)


def _note() -> str:
    return flask.request.form.get("note", "")
