"""Take an order through any door: order, stock decision, fulfilment orders, payment and exceptions in one transaction."""

import datetime as dt
from typing import NamedTuple

from dashboard.fulfilment import work
from dashboard.kernel import crash
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import exceptions
from dashboard.orders.capture import Captured, capture_order, tracking_token
from dashboard.orders.commands import CaptureOrder, OpenException, PaymentDraft
from dashboard.orders.rows import Line
from dashboard.payments import actions as payments


class Placed(NamedTuple):
    """What a door answers. created: False for an order that was known. tracking_token: for the customer's link."""

    id: int
    number: str
    version: int
    created: bool
    tracking_token: str
    captured: Captured


def place_order(tx: Tx, command: CaptureOrder, actor: Actor, now: dt.datetime) -> Placed:
    """Raises: Invalid, InsufficientStock; see orders.capture.capture_order. Nothing is written then."""
    captured = capture_order(tx, command, actor, now)
    if captured.created:
        _start_work(tx, captured, actor, now)
        crash.point("capture_work_opened")
        payments.open_payment(tx, captured.id, command.payment or PaymentDraft(), command.currency, actor, now)
        if command.sold:
            _report(tx, command, captured, actor, now)
    return Placed(
        captured.id,
        captured.number,
        captured.version,
        captured.created,
        captured.tracking_token or tracking_token(captured.id),
        captured,
    )


def _start_work(tx: Tx, captured: Captured, actor: Actor, now: dt.datetime) -> None:
    decision = captured.decision
    if decision is not None and decision.takes:
        line_ids = {line.position - 1: line.id for line in captured.lines}
        work.open_work(tx, captured.id, captured.number, decision.takes, line_ids, actor, now, new=True)


def _report(tx: Tx, command: CaptureOrder, captured: Captured, actor: Actor, now: dt.datetime) -> None:
    """What a channel sold and we cannot send becomes an exception, once."""
    unknown = [line for line in captured.lines if line.sku is None]
    short = [line for line in captured.lines if line.sku is not None and line.backordered]
    if not captured.lines:
        _open(tx, "empty_order", f"Order {captured.number} from {command.channel} has no lines", captured, [], actor, now)
    if unknown:
        codes = ", ".join(line.draft.sku for line in unknown)
        _open(tx, "unknown_sku", f"Order {captured.number}: unknown SKU {codes}", captured, unknown, actor, now)
    if short:
        codes = ", ".join(f"{line.draft.sku} ({line.backordered})" for line in short)
        _open(tx, "oversold", f"Order {captured.number}: sold without stock {codes}", captured, short, actor, now)


def _open(tx: Tx, kind: str, summary: str, captured: Captured, lines: list[Line], actor: Actor, now: dt.datetime) -> None:
    facts = {"lines": [[line.draft.sku, line.draft.quantity, line.backordered] for line in lines]}
    exceptions.open_exception(tx, OpenException(kind, summary, captured.id, facts, key=f"{kind}:{captured.id}"), actor, now)
