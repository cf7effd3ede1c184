"""Items on preorder stay until their day, unless a person lets the order go before it and says why."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.fulfilment.events import SentEarly
from dashboard.fulfilment.model import OrderEarly
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import Order, OrderLine

LONGEST_REASON = 200
_HELD = (
    "SELECT DISTINCT s.code, b.preorder_from FROM fulfilment_line f JOIN order_line l ON l.id = f.order_line_id"
    " JOIN sku_backorder b ON b.sku_id IN (f.sku_id, l.sku_id) JOIN sku s ON s.id = b.sku_id"
    " WHERE f.fulfilment_order_id = {id} AND b.preorder_from > {day}"
    " AND NOT EXISTS (SELECT 1 FROM order_early e WHERE e.order_id = {order_id}) ORDER BY b.preorder_from DESC, s.code"
)
_CHECK = Prepared(
    sqlite=_HELD.format(id=":id", day=":day", order_id=":order_id"),
    postgresql=_HELD.format(id="%(id)s", day="%(day)s::date", order_id="%(order_id)s"),
)


class Later(NamedTuple):
    """An item that may not leave yet. sku: its code; on: the day from which it may."""

    sku: str
    on: dt.date


def day(tx: Tx, order_id: int, now: dt.datetime) -> dt.date | None:
    """Today, for an order that keeps to the preorder dates of its items; None when it may leave before them."""
    return None if is_let_go(tx.connection, order_id) else now.date()


def is_let_go(connection: sa.Connection, order_id: int) -> bool:
    """Whether a person let the order leave before the day."""
    return connection.execute(sa.select(OrderEarly.order_id).where(OrderEarly.order_id == order_id)).first() is not None


def let_go(tx: Tx, order_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Write down that the order may leave before the day, and why.

    Raises: Invalid, without a reason; Conflict, when it keeps to no day, or may leave already.
    """
    reason = reason.strip()
    if not reason or text.trouble(reason, LONGEST_REASON):
        raise Invalid("Say why it leaves before its day.", fields={"reason": f"1 to {LONGEST_REASON} characters"})
    if not held_back(tx.connection, order_id, now.date()):
        raise Conflict("Nothing of this order waits for a preorder date.")
    row = {"order_id": order_id, "reason": reason, "actor_name": actor.name, "at": now}
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    tx.execute(dialect.insert(OrderEarly.__table__).values(row).on_conflict_do_nothing(index_elements=["order_id"]))
    number = tx.execute(sa.select(Order.number).where(Order.id == order_id)).scalar_one()
    tx.record(SentEarly(order_id, derive.rederive(tx, order_id, actor, now), order_id, number, reason), actor, now)


def held_back(connection: sa.Connection, order_id: int, today: dt.date) -> list[Later]:
    """What of an order has not been picked and may not leave yet, the last day first; nothing once a person let it go."""
    left = OrderLine.backordered + OrderLine.allocated > 0
    query = _later(today).join(OrderLine, OrderLine.sku_id == SkuBackorder.sku_id).where(OrderLine.order_id == order_id, left)
    return [Later(*row) for row in connection.execute(query.where(~_let_go(order_id)))]


def check(tx: Tx, work_id: int, order_id: int, now: dt.datetime) -> None:
    """Raises: Conflict (facts: preorder), while something of this work is on preorder and nobody let it go."""
    found = tx.run(_CHECK, id=work_id, order_id=order_id, day=now.date().isoformat()).fetchall()
    if found:
        raise refusal([Later(code, dt.date.fromisoformat(str(on))) for code, on in found])


def refusal(found: list[Later]) -> Conflict:
    last = found[0]
    said = f"{last.sku} is on preorder until {last.on:%d %b %Y}".replace(" 0", " ")
    facts = [{"sku": one.sku, "available_from": one.on.isoformat()} for one in found]
    return Conflict(f"{said}. Send the order before that day only with a reason.", preorder=facts)


def _later(today: dt.date) -> sa.Select:
    columns = sa.select(Sku.code, SkuBackorder.preorder_from).join(SkuBackorder, SkuBackorder.sku_id == Sku.id)
    return columns.where(SkuBackorder.preorder_from > today).order_by(SkuBackorder.preorder_from.desc(), Sku.code).distinct()


def _let_go(order_id: int) -> sa.Exists:
    return sa.exists().where(OrderEarly.order_id == order_id)
