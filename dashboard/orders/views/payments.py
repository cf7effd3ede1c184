"""Money of one order: record what is promised or has arrived, take, void, refund."""

from typing import Any

import flask

from dashboard.accounts.roles import refund_verdict
from dashboard.kernel import units
from dashboard.kernel.errors import Forbidden, Invalid, NotFound
from dashboard.orders import store
from dashboard.orders.views.answers import number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done
from dashboard.payments import store as payments
from dashboard.payments.actions import authorize_payment, capture_payment, refund_payment, void_payment
from dashboard.payments.commands import AuthorizePayment, CapturePayment, RefundPayment, VoidPayment
from dashboard.payments.receiving import receive_payment
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.filters import money


@blueprint.post("/<number>/payments")
@requires("payments.capture")
def record_payment(number: str) -> Any:
    order = store.by_number(store.reader(), number)
    amount = _amount(order)
    method = flask.request.form.get("method", "")[:40]
    command = AuthorizePayment(order.id, amount, "manual", method)
    has_arrived = flask.request.form.get("state") == "received"
    once.run(receive_payment if has_arrived else authorize_payment, command, number_of)
    return done(order.id, f"{money(amount, order.currency)} recorded as {'received' if has_arrived else 'promised'}.")


@blueprint.post("/<number>/payments/<int:payment_id>/captures")
@requires("payments.capture")
def capture(number: str, payment_id: int) -> Any:
    order = _order_of(number, payment_id)
    amount = _amount(order)
    once.run(capture_payment, CapturePayment(payment_id, amount, _version()), number_of)
    return done(order.id, f"{money(amount, order.currency)} received.")


@blueprint.post("/<number>/payments/<int:payment_id>/void")
@requires("payments.capture")
def void(number: str, payment_id: int) -> Any:
    order = _order_of(number, payment_id)
    voided = once.run(void_payment, VoidPayment(payment_id, _version()), number_of)["result"]
    return done(order.id, f"{money(voided, order.currency)} voided.")


@blueprint.post("/<number>/payments/<int:payment_id>/refunds")
@requires("payments.refund")
def refund(number: str, payment_id: int) -> Any:
    order = _order_of(number, payment_id)
    amount = _amount(order)
    if refund_verdict(access.actor(), amount) != "yes":
        raise Forbidden(
            f"Your role may not refund {money(amount, order.currency)} alone; ask finance or an owner.", amount=amount
        )
    reason = flask.request.form.get("reason", "")[:200]
    once.run(refund_payment, RefundPayment(payment_id, amount, reason, _version()), number_of)
    return done(order.id, f"{money(amount, order.currency)} refunded.")


def _order_of(number: str, payment_id: int) -> Any:
    """Raises: NotFound, also for a payment of another order."""
    order = store.by_number(store.reader(), number)
    if payment_id >= 2**63 or (found := payments.payment(store.reader(), payment_id)) is None or found.order_id != order.id:
        raise NotFound(f"Order {order.number} has no such payment.")
    return order


def _amount(order: Any) -> int:
    """The typed amount in minor units.

    Raises: Invalid, for none, no number, or nothing.
    """
    amount = units.minor(flask.request.form.get("amount", ""), order.currency)
    if amount <= 0:
        raise Invalid("The amount must be above 0.", fields={"amount": "above 0"})
    return amount


def _version() -> int | None:
    return flask.request.form.get("version", type=int)
