"""Credit documents of the past as returns: linked line by line to the sale they most likely credit, and refunded there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashboard.catalog.lookup import SkuFacts
from dashboard.channels.mapping import History
from dashboard.channels.outcomes import Taken
from dashboard.kernel import clock, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import Prepared, insert_into
from dashboard.kernel.tx import Tx
from dashboard.orders import counters, derive
from dashboard.payments import actions as payments
from dashboard.payments.commands import RefundPayment
from dashboard.returns.events import ReturnMoved
from dashboard.returns.model import Return, ReturnLine

_RETURN = insert_into(
    Return, "id", "number", "order_id", "channel", "external_id", "customer_ref", "status", "reason", "note", "currency", "value_e4",
    "requested_at", "received_at", "closed_at", "version",
)  # fmt: skip
_LINE = insert_into(
    ReturnLine, "return_id", "order_line_id", "sku_id", "sku_code", "units", "unit_price_e4", "disposition", "location_id"
)
_MATCH = (
    "SELECT l.id, l.order_id FROM orders o CROSS JOIN order_line l"
    " WHERE o.channel = {channel} AND o.customer_ref = {customer} AND o.currency = {currency} AND o.placed_at < {at}"
    " AND l.order_id = o.id AND l.sku_id = {sku_id} AND l.unit_price_e4 = {price} AND l.shipped - l.returned >= {units}"
    " ORDER BY o.placed_at DESC, l.id DESC LIMIT 1"
)
_NAMES = ("sku_id", "price", "units", "channel", "customer", "currency", "at")
_LATEST_SALE = Prepared(
    sqlite=_MATCH.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_MATCH.format(**{name: f"%({name})s" for name in _NAMES}),
)
_REFUNDABLE = Prepared(
    sqlite="SELECT id, captured - refunded FROM payment WHERE order_id = :order_id AND captured > refunded ORDER BY id LIMIT 1",
    postgresql="SELECT id, captured - refunded FROM payment WHERE order_id = %(order_id)s AND captured > refunded ORDER BY id LIMIT 1",
)


class CreditedLine(NamedTuple):
    """One row of a credit document; units above 0."""

    sku: SkuFacts
    units: int
    unit_price_e4: int


@dataclass(slots=True)
class Credit:
    """A credit document while its rows are replayed. at: microseconds since 1970."""

    id: int
    external_id: str
    header: dict[str, Any]
    at: int
    lines: list[CreditedLine] = field(default_factory=list)

    @property
    def number(self) -> str:
        return f"R{self.id:05d}"


class Link(NamedTuple):
    order_line_id: int
    order_id: int


def write_credits(
    tx: Tx, credits_: Sequence[Credit], channel: str, policy: History, location_id: int, taken: Taken, actor: Actor
) -> None:
    """Write the returns in order; each sees the units that earlier ones have taken back."""
    for credit in credits_:
        links = [_link(tx, credit, line, channel) for line in credit.lines]
        _insert(tx, credit, links, channel, policy, location_id)
        _refund(tx, credit, links, actor)
        _record(tx, credit, links, policy, actor)
        taken.outcomes["returned_linked"] += sum(link is not None for link in links)
        taken.outcomes["returned_unlinked"] += sum(link is None for link in links)


def _link(tx: Tx, credit: Credit, line: CreditedLine, channel: str) -> Link | None:
    """The latest earlier sale of this customer, SKU and price that can still take all the units back."""
    customer = credit.header.get("customer_ref")
    if not customer:
        return None
    found = tx.run(
        _LATEST_SALE, sku_id=line.sku.id, price=line.unit_price_e4, units=line.units, channel=channel, customer=customer,
        currency=credit.header["currency"], at=credit.at,
    ).fetchone()  # fmt: skip
    if found is None or not counters.return_units(tx, found[0], line.units):
        return None
    return Link(*found)


def _insert(tx: Tx, credit: Credit, links: Sequence[Link | None], channel: str, policy: History, location_id: int) -> None:
    orders = {link.order_id if link else None for link in links}
    tx.run(
        _RETURN, id=credit.id, number=credit.number, order_id=orders.pop() if len(orders) == 1 else None, channel=channel,
        external_id=credit.external_id, customer_ref=credit.header.get("customer_ref"), status="closed", reason=policy.return_reason,
        note="", currency=credit.header["currency"], value_e4=sum(line.units * line.unit_price_e4 for line in credit.lines),
        requested_at=credit.at, received_at=credit.at, closed_at=credit.at, version=2,
    )  # fmt: skip
    tx.run_many(_LINE, [
        {"return_id": credit.id, "order_line_id": link.order_line_id if link else None, "sku_id": line.sku.id, "sku_code": line.sku.code,
         "units": line.units, "unit_price_e4": line.unit_price_e4, "disposition": "restock",
         "location_id": location_id if line.sku.kind == "stock" else None}
        for line, link in zip(credit.lines, links, strict=True)
    ])  # fmt: skip


def _refund(tx: Tx, credit: Credit, links: Sequence[Link | None], actor: Actor) -> None:
    """Pay linked lines back on their orders, never above what is left of what was captured."""
    owed: dict[int, int] = {}
    for line, link in zip(credit.lines, links, strict=True):
        if link is not None:
            amount = units.extended(line.units, line.unit_price_e4, credit.header["currency"])
            owed[link.order_id] = owed.get(link.order_id, 0) + amount
    now = clock.moment(credit.at)
    for order_id, amount in owed.items():
        payment = tx.run(_REFUNDABLE, order_id=order_id).fetchone()
        if payment and amount:
            payments.refund_payment(tx, RefundPayment(payment[0], min(amount, payment[1]), f"Return {credit.number}"), actor, now)
        else:
            derive.rederive(tx, order_id, actor, now)


def _record(tx: Tx, credit: Credit, links: Sequence[Link | None], policy: History, actor: Actor) -> None:
    orders = {link.order_id if link else None for link in links}
    order_id = orders.pop() if len(orders) == 1 else None
    items = [[line.sku.code, line.units, "restock"] for line in credit.lines]
    now = clock.moment(credit.at)
    for version, before, after in ((1, None, "received"), (2, "received", "closed")):
        moved = ReturnMoved(
            id=credit.id, version=version, order_id=order_id, number=credit.number, before=before, after=after,
            reason=policy.return_reason, items=items,
        )  # fmt: skip
        tx.record(moved, actor, now)
