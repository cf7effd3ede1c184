"""An order line of an item no catalogue knew becomes a SKU, and takes its stock."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.catalog.lookup import SkuFacts
from dashboard.desk.events import LineMapped
from dashboard.fulfilment.backorders import allocate_order
from dashboard.fulfilment.commands import AllocateOrder
from dashboard.inventory import allowance
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import derive, kits
from dashboard.orders.commands import OpenException
from dashboard.orders.exceptions import open_exception
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.search import index_orders


class Mapped(NamedTuple):
    """units: of the lines that became the SKU; waiting: of the order's units of it that wait for stock; left: lines still unknown."""

    units: int
    waiting: int
    left: int


def unknown_codes(connection: sa.Connection, order_id: int) -> list[str]:
    """Codes of the order that no catalogue knows and that nobody has cancelled, in the order of its lines."""
    query = sa.select(OrderLine.sku_code).where(_unknown(order_id)).order_by(OrderLine.position)
    return list(dict.fromkeys(connection.scalars(query)))


def _unknown(order_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(OrderLine.order_id == order_id, OrderLine.sku_id.is_(None), OrderLine.backordered > 0)


def map_line(tx: Tx, order_id: int, code: str, sku_code: str, actor: Actor, now: dt.datetime) -> Mapped:
    """Let the lines of this unknown code be that SKU from now on, and allocate what there is.

    Raises: Invalid (facts: fields), for a SKU that does not exist or cannot be sent; Conflict, when no line is of that code any more.
    """
    derive.check_version(tx, order_id, None)  # and locks the order
    order = tx.execute(sa.select(Order.number, Order.status).where(Order.id == order_id)).one()
    if order.status != "open":
        raise Conflict(f"Order {order.number} is {order.status}; its lines stay as they are.", status=order.status)
    sku = _sku(tx, sku_code)
    rows = tx.execute(
        sa.select(OrderLine.id, OrderLine.backordered, OrderLine.name)
        .where(_unknown(order_id), OrderLine.sku_code == code)
        .order_by(OrderLine.id)
    ).all()
    if not rows:
        raise Conflict(f"No line of order {order.number} is an unknown {code[:64]} any more.")
    for row in rows:
        values = {"sku_id": sku.id, "sku_code": sku.code, "name": sku.name if row.name in ("", code) else row.name}
        tx.execute(sa.update(OrderLine).where(OrderLine.id == row.id).values(values))
    kits.keep_recipes(tx, [(row.id, sku) for row in rows], kits.parts_of(tx, [sku]))
    units = sum(row.backordered for row in rows)
    allowance.wait(tx, {sku.id: units}, now.date(), forced=True)
    index_orders(tx, [order_id])
    version = derive.rederive(tx, order_id, actor, now)
    tx.record(LineMapped(order_id, version, order_id, code, sku.code, units), actor, now)
    _take_stock(tx, order_id, actor, now)
    waiting = _waiting(tx, order_id, sku.id)
    if waiting:
        _say_short(tx, order_id, order.number, sku.code, waiting, actor, now)
    left = tx.execute(sa.select(sa.func.count()).where(_unknown(order_id))).scalar_one()
    return Mapped(units, waiting, left)


def _sku(tx: Tx, code: str) -> SkuFacts:
    folded = lookup.folded(code)
    sku = lookup.skus(tx, [folded]).get(folded) if folded else None
    if sku is None:
        raise Invalid(f"There is no SKU {code[:64]!r}.", fields={"sku": "Choose a SKU of the catalogue."})
    if not sku.active or sku.kind not in ("stock", "kit"):
        raise Invalid(f"{sku.code} is nothing that can be sent.", fields={"sku": "Choose a SKU that is for sale and can be sent."})
    return sku


def _take_stock(tx: Tx, order_id: int, actor: Actor, now: dt.datetime) -> None:
    """As far as there is any: what is missing waits, as every backorder does."""
    try:
        with tx.savepoint():
            allocate_order(tx, AllocateOrder(order_id), actor, now)
    except Conflict:
        pass


def _waiting(tx: Tx, order_id: int, sku_id: int) -> int:
    query = sa.select(sa.func.coalesce(sa.func.sum(OrderLine.backordered), 0))
    return int(tx.execute(query.where(OrderLine.order_id == order_id, OrderLine.sku_id == sku_id)).scalar_one())


def _say_short(tx: Tx, order_id: int, number: str, sku: str, waiting: int, actor: Actor, now: dt.datetime) -> None:
    summary = f"Order {number}: sold without stock {sku} ({waiting})"
    facts = {"lines": [[sku, waiting, waiting]]}
    open_exception(tx, OpenException("oversold", summary, order_id, facts, key=f"oversold:{order_id}"), actor, now)
