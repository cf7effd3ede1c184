"""Take one batch of a channel's orders as open orders: each through place_order, each in its own savepoint."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.channels import known
from dashboard.channels.actions import Placed, place_order
from dashboard.channels.documents import Document, documents, header
from dashboard.channels.outcomes import Taken
from dashboard.channels.set_aside import write_set_aside
from dashboard.channels.staging import Step
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft


@dataclass(frozen=True)
class CaptureDocuments:
    """Documents as whole groups of rows, in the order of their first rows."""

    channel: str
    steps: Sequence[Step]


def capture_documents(tx: Tx, command: CaptureDocuments, actor: Actor, now: dt.datetime) -> Taken:
    """Place every new order; what a channel has sold is never refused for want of stock. Returns what became of the rows."""
    taken = Taken()
    fresh = known.drop_known(tx, command.channel, documents(command.steps), taken)
    for document in fresh.values():
        if document.then == "order_line":
            _place(tx, command.channel, document, taken, actor, now)
        elif document.then == "return_line":
            taken.refuse(document.lines, "a return needs mode history: this mapping takes open orders")
    write_set_aside(tx, command.channel, [document for document in fresh.values() if document.then == "set_aside"], taken)
    return taken


def _place(tx: Tx, channel: str, document: Document, taken: Taken, actor: Actor, now: dt.datetime) -> None:
    try:
        with tx.savepoint():
            placed = place_order(tx, _order(channel, document), actor, now)
    except DomainError as refusal:
        taken.refuse(document.lines, refusal.message)
        return
    if not placed.created:
        taken.outcomes["known"] += len(document.rows)
        return
    taken.made["orders"] += 1
    _count(placed, taken)


def _count(placed: Placed, taken: Taken) -> None:
    for line in placed.captured.lines:
        if line.sku is None:
            taken.outcomes["unknown_sku"] += 1
        else:
            taken.outcomes["backordered" if line.backordered else "taken"] += 1


def _order(channel: str, document: Document) -> CaptureOrder:
    """Raises: Invalid, when the rows disagree about what they share."""
    said = header(document.rows)
    at = document.at
    return CaptureOrder(
        channel=channel,
        currency=said["currency"],
        lines=tuple(_line(row.values) for row in document.rows),
        external_id=document.external_id,
        placed_at=None if at is None else clock.moment(at),
        customer=Customer(*(said.get(name, "") for name in ("customer_name", "email", "phone", "customer_ref"))),
        ship_to=_ship_to(said),
        shipping=said.get("shipping", 0),
        payment=_payment(said),
        on_shortage="backorder",
        sold=True,
    )


def _line(values: Mapping[str, Any]) -> DraftLine:
    return DraftLine(
        sku=values["sku"],
        quantity=values["quantity"],
        unit_price_e4=values.get("unit_price"),
        tax=values.get("tax", 0),
        discount=values.get("discount", 0),
        name=values.get("name") or None,
    )


def _ship_to(said: Mapping[str, Any]) -> Address:
    fields = ("name", "line1", "line2", "city", "region", "postal_code", "country")
    return Address(**{name: said.get(f"ship_{name}", "") for name in fields})


def _payment(said: Mapping[str, Any]) -> PaymentDraft:
    authorized = said.get("authorized", 0)
    if authorized < 0:
        raise Invalid("authorized must not be negative")
    return PaymentDraft(said.get("payment_provider", "manual"), authorized, said.get("payment_method", ""))
