"""Merge two orders of one customer, one currency and one address: the lines of the one join the other, with stock, work and money."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.editing import applying, moving, rules, store
from dashboard.editing.commands import MergeOrders
from dashboard.editing.events import OrderMerged
from dashboard.editing.facts import Facts
from dashboard.editing.model import OrderEdit
from dashboard.editing.moving import Moved
from dashboard.editing.splitting import write_down
from dashboard.fulfilment import work
from dashboard.kernel import crash
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import derive, lines
from dashboard.orders.model import Order
from dashboard.orders.rules import promised
from dashboard.orders.search import index_orders
from dashboard.payments import carrying


class Merged(NamedTuple):
    """reshelved: units that were picked for the other, and are picked again."""

    order_id: int
    number: str
    version: int
    other_id: int
    other: str
    carried: int
    currency: str
    reshelved: int = 0


def merge_orders(tx: Tx, command: MergeOrders, actor: Actor, now: dt.datetime) -> Merged:
    """Raises: NotFound; Invalid, for one order twice; Conflict, when they differ in customer, currency or address, one is held,
    not open, or has packed units, or one changed."""
    if command.order_id == command.other_id:
        raise Invalid("Choose another order to merge with.", fields={"other": "the same order"})
    seen = {command.order_id: command.version, command.other_id: command.other_version}
    carrying.lock(tx, *seen)
    for order_id in sorted(seen):
        derive.check_version(tx, order_id, seen[order_id])
    into, other = store.order_facts(tx.connection, command.order_id), store.order_facts(tx.connection, command.other_id)
    kept, gone_order = (_row(tx, facts.id) for facts in (into, other))
    if why := not_mergeable(kept, gone_order, into, other):
        raise Conflict(why, number=into.number, other=other.number)
    gone = moving.moved(other, {line.id: line.live for line in other.lines if line.live})
    applying.take_off(tx, other, [one.rest for one in gone], "shelf", "moved", actor, now)
    crash.point("merge_units_off")
    ids = _join(tx, into, gone)
    moving.give_stock(tx, into.number, into.id, gone, ids, actor, now, new=False)
    work.keep_order_work(tx, into.id)
    _restate(tx, other, gone, kept, gone_order)
    return _settle(tx, into, other, gone, gone_order, actor, now)


def not_mergeable(kept: Any, gone: Any, into: Facts, other: Facts) -> str:
    """Why two orders cannot become one, '' when they can."""
    for row in (kept, gone):
        if row.status != "open":
            return f"Order {row.number} is {row.status}; only open orders are merged."
        if row.open_holds:
            return f"Order {row.number} is on hold; release its hold first."
    differing = [name for name in store.SAME if getattr(kept, name) != getattr(gone, name)]
    if differing:
        words = ", ".join(name.replace("ship_", "address ").replace("_", " ") for name in differing[:3])
        return f"Orders {kept.number} and {gone.number} differ in {words}; only one customer's orders to one address are merged."
    if not rules.to_send(into) or any(line.packed for line in into.lines if line.kind != "service"):
        return f"Order {kept.number} is packed already."
    stuck = [line for line in other.lines if line.live and rules.reducible(line) < line.live]
    return f"Units of order {gone.number} are packed or gone already." if stuck else ""


def _row(tx: Tx, order_id: int) -> Any:
    return tx.execute(sa.select(Order.__table__).where(Order.id == order_id)).one()


def _join(tx: Tx, into: Facts, gone: Sequence[Moved]) -> dict[int, int]:
    new = [
        {
            "sku_id": one.line.sku_id,
            "sku_code": one.line.sku,
            "name": one.line.name,
            "ordered": one.units,
            "unit_price_e4": one.line.unit_price_e4,
            "tax": one.tax,
            "discount": one.discount,
            "total": one.total,
            "backordered": one.backordered,
            "allocated": one.allocated,
            "packed": one.units - one.backordered if one.line.kind == "service" else 0,
        }
        for one in gone
    ]
    ids = dict(zip((one.line.id for one in gone), lines.insert(tx, into.id, new), strict=True))
    moving.keep_recipes(tx, gone, ids)
    moving.keep_names(tx, gone, ids)
    return ids


def _restate(tx: Tx, other: Facts, gone: Sequence[Moved], kept: Any, gone_order: Any) -> None:
    """Both shipping prices are paid on the order that stays: the customer owes what he owed."""
    values = ("unit_price_e4", "tax", "discount", "total")
    lines.price(tx, [{"id": one.line.id, **{name: getattr(one.rest, name) for name in values}} for one in gone])
    lines.restate(tx, other.id, shipping=0, cancel_reason="merged")
    lines.restate(tx, kept.id, shipping=kept.shipping + gone_order.shipping)


def _settle(tx: Tx, into: Facts, other: Facts, gone: Sequence[Moved], gone_order: Any, actor: Actor, now: dt.datetime) -> Merged:
    amount = max(0, promised(gone_order))
    fields = {f"line:{one.line.id}:quantity": [one.line.live, 0] for one in gone}
    edit_id = write_down(tx, other.id, "merge", fields, actor, now)
    carrying.carry(tx, other.id, into.id, amount, edit_id, now)
    carrying.share_out(tx, into.id, actor, now, leave=(into.id, other.id))
    version = derive.rederive(tx, into.id, actor, now)
    other_version = derive.rederive(tx, other.id, actor, now)
    index_orders(tx, [into.id])
    tx.execute(sa.update(OrderEdit).where(OrderEdit.id == edit_id).values(version=other_version))
    moved, reshelved = [[one.line.sku, one.units] for one in gone], sum(one.reshelved for one in gone)
    for id_, version_, own, peer, away in (
        (into.id, version, into.number, other.number, False),
        (other.id, other_version, other.number, into.number, True),
    ):
        tx.record(OrderMerged(id_, version_, id_, own, edit_id, peer, away, moved, amount, into.currency, reshelved), actor, now)
    return Merged(into.id, into.number, version, other.id, other.number, amount, into.currency, reshelved)
