"""/purchase-orders/<number>/...: place it, note an arrival, receive, close short, cancel."""

from collections.abc import Callable
from typing import Any

import flask

from dashboard.inventory.tracked_typed import wants_another
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders.store import reader, refresh
from dashboard.promises import store as promises
from dashboard.purchasing import forms, store
from dashboard.purchasing.actions import cancel_purchase_order, close_short, place_purchase_order, reschedule_purchase
from dashboard.purchasing.commands import (
    CancelPurchaseOrder,
    CloseShort,
    PlacePurchaseOrder,
    ReceivePurchase,
    RecordArrival,
    ReschedulePurchase,
)
from dashboard.purchasing.receiving import receive_purchase, record_arrival
from dashboard.purchasing.views import page
from dashboard.purchasing.views.blueprint import blueprint
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.post("/purchase-orders/<number>/placement")
@requires("purchasing.write")
def place(number: str) -> Any:
    return _step(
        number, place_purchase_order, PlacePurchaseOrder(number, _version()), "{number} is ordered; its units are incoming."
    )


@blueprint.get("/purchase-orders/<number>/schedule")
@requires("purchasing.write")
def preview_schedule(number: str) -> Any:
    """Whose promise dates another day would move, before it is decided."""
    order = store.purchase_order(reader(), number).order
    if not wants_part():
        return redirect(flask.url_for("purchasing.show", number=order.number, expected_on=flask.request.args.get("expected_on")))
    waiting = promises.orders_waiting(reader(), order.id)
    return flask.render_template("promises/_preview.html", order=order, waiting_orders=waiting, **page.preview_of(order))


@blueprint.post("/purchase-orders/<number>/schedule")
@requires("purchasing.write")
def reschedule(number: str) -> Any:
    day = forms.day_of(flask.request.form.get("expected_on", ""))
    return _step(
        number, reschedule_purchase, ReschedulePurchase(number, day, _version()), "{number} is expected on another day now."
    )


@blueprint.post("/purchase-orders/<number>/cancellation")
@requires("purchasing.write")
def cancel(number: str) -> Any:
    reason = flask.request.form.get("reason", "")
    return _step(number, cancel_purchase_order, CancelPurchaseOrder(number, reason, _version()), "{number} is cancelled.")


@blueprint.post("/purchase-orders/<number>/closing")
@requires("purchasing.write")
def close(number: str) -> Any:
    reason = flask.request.form.get("reason", "")
    return _step(number, close_short, CloseShort(number, reason, _version()), "{number} is closed; nothing more will come of it.")


@blueprint.post("/purchase-orders/<number>/arrivals")
@requires("stock.adjust")
def arrive(number: str) -> Any:
    back = "purchasing.receiving" if flask.request.form.get("back") == "receiving" else ""
    return _step(
        number, record_arrival, RecordArrival(number), "{number} is at the dock; the clock runs until it is on the shelf.", back
    )


@blueprint.post("/purchase-orders/<number>/receipts")
@requires("stock.adjust")
def receive(number: str) -> Any:
    lines = store.purchase_order(reader(), number).lines
    typed = forms.typed_receipt(flask.request.form, lines)
    if wants_another(flask.request.form):
        return _again(number, typed, "", 200)
    items: list[Any] = []
    try:
        items = typed.items(lines)
        command = ReceivePurchase(number, tuple(item for _, item in items), typed.over_reason, typed.note)
        saved = once.run(receive_purchase, command)
    except (Invalid, NotFound) as error:
        typed.complain(error, items)
        return _again(number, typed, error.message, 422)
    except Conflict as error:
        return _again(number, typed, error.message, 409)
    came = sum(item.units for _, item in items)
    return _done(f"{came:,} units of {saved['number']} are on the shelf.", saved["number"])


def _version() -> int | None:
    return flask.request.form.get("version", type=int)


def _step(number: str, action: Callable[..., Any], command: Any, said: str, back: str = "") -> Any:
    try:
        saved = once.run(action, command)
    except Invalid as error:
        return _again(number, None, error.message, 422)
    except Conflict as error:
        return _again(number, None, error.message, 409)
    return _done(said.format(number=saved["number"]), saved["number"], back)


def _done(said: str, number: str, back: str = "") -> Any:
    flask.flash(said, "ok")
    if access.actor().may("purchasing.read") and not back:
        return redirect(flask.url_for("purchasing.show", number=number))
    return redirect(flask.url_for("purchasing.receiving"))


def _again(number: str, typed: forms.TypedReceipt | None, problem: str, status: int) -> Any:
    """The page as it is now, with what was typed and why it was refused."""
    refresh()
    values = page.values_of(number, typed, problem)
    template = "purchasing/_page.html" if wants_part() else "purchasing/show.html"
    return flask.make_response(flask.render_template(template, **values), status, {"HX-Retarget": "#purchase-page"})
