"""Change the lines of an order that is taken: more or fewer units of them, further lines, prices, and the order's sums."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel.statements import Prepared, insert_into, next_ids
from dashboard.kernel.tx import Tx
from dashboard.orders import counters
from dashboard.orders.counters import UnitMove
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rows import LINE_COLUMNS

_INSERT = insert_into(OrderLine, *LINE_COLUMNS)
_GROW = (
    "UPDATE order_line SET ordered = ordered + {raised}, cancelled = cancelled - {restored}, credited = credited - {restored},"
    " allocated = allocated + {allocated}, backordered = backordered + {backordered}, packed = packed + {packed}"
    " WHERE id = {id} AND credited >= {restored}"
)
_SHRINK = (
    "UPDATE order_line SET ordered = ordered - {units}, backordered = backordered - {backordered}, allocated = allocated - {allocated},"
    " picked = picked - {picked}, packed = packed - {packed} WHERE id = {id} AND ordered > {units} AND backordered >= {backordered}"
    " AND allocated >= {allocated} AND picked >= {picked} AND packed >= {packed}"
)
_CREDIT = "UPDATE order_line SET credited = credited + {units} WHERE id = {id} AND credited + {units} <= cancelled"
_PRICE = (
    "UPDATE order_line SET unit_price_e4 = {unit_price_e4}, tax = {tax}, discount = {discount}, total = {total} WHERE id = {id}"
)


def _prepared(text: str, *names: str) -> Prepared:
    marks = {name: f"%({name})s::bigint" for name in names}
    return Prepared(sqlite=text.format(**{name: f":{name}" for name in names}), postgresql=text.format(**marks))


_GROW_ROWS = _prepared(_GROW, "id", "raised", "restored", "allocated", "backordered", "packed")
_SHRINK_ROWS = _prepared(_SHRINK, "id", "units", "backordered", "allocated", "picked", "packed")
_CREDIT_ROWS = _prepared(_CREDIT, "id", "units")
_PRICE_ROWS = _prepared(_PRICE, "id", "unit_price_e4", "tax", "discount", "total")


class Growth(NamedTuple):
    """Further units of a line. restored: they were cancelled and credited; raised: they were never ordered. Where they are now:
    allocated, backordered or packed (a service)."""

    id: int
    raised: int = 0
    restored: int = 0
    allocated: int = 0
    backordered: int = 0
    packed: int = 0


class Shrinkage(NamedTuple):
    """Units that leave a line, from these buckets."""

    id: int
    backordered: int = 0
    allocated: int = 0
    picked: int = 0
    packed: int = 0

    @property
    def units(self) -> int:
        return self.backordered + self.allocated + self.picked + self.packed


def grow(tx: Tx, growths: Sequence[Growth]) -> None:
    """The caller counts those that wait (inventory.allowance).

    Raises: RuntimeError, when fewer units are credited than are to be restored.
    """
    if tx.run_many(_GROW_ROWS, [one._asdict() for one in growths]) != len(growths):
        raise RuntimeError("order lines have fewer credited units than come back")


def uncount(tx: Tx, lines: Sequence[Shrinkage]) -> None:
    """The units were never ordered. The caller counts those that no longer wait.

    Raises: RuntimeError, when a line has not that many where they are said to be, or nothing of it would be left.
    """
    if tx.run_many(_SHRINK_ROWS, [{**one._asdict(), "units": one.units} for one in lines]) != len(lines):
        raise RuntimeError("order line counters do not cover the units that are taken off")


def credit(tx: Tx, lines: Sequence[Shrinkage]) -> None:
    """The units are cancelled and need not be paid."""
    moves = [
        UnitMove(one.id, getattr(one, bucket), bucket, "cancelled")
        for one in lines
        for bucket in ("backordered", "allocated", "picked", "packed")
    ]
    counters.move_units(tx, moves)
    rows = [{"id": one.id, "units": one.units} for one in lines]
    if tx.run_many(_CREDIT_ROWS, rows) != len(rows):
        raise RuntimeError("more units are credited than are cancelled")


def insert(tx: Tx, order_id: int, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Further lines behind the order's last. rows: columns of order_line; counters that are missing are 0. Returns their ids."""
    if not rows:
        return []
    last = tx.execute(
        sa.select(sa.func.coalesce(sa.func.max(OrderLine.position), 0)).where(OrderLine.order_id == order_id)
    ).scalar_one()
    ids = next_ids(tx, "order_line", len(rows))
    empty = dict.fromkeys(("cancelled", "backordered", "allocated", "picked", "packed", "shipped", "delivered", "returned"), 0)
    tx.run_many(
        _INSERT,
        [
            {**empty, **row, "id": line_id, "order_id": order_id, "position": last + place}
            for place, (line_id, row) in enumerate(zip(ids, rows, strict=True), 1)
        ],
    )
    return ids


def price(tx: Tx, rows: Sequence[Mapping[str, int]]) -> None:
    """rows: id, unit_price_e4, tax, discount, total."""
    tx.run_many(_PRICE_ROWS, rows)


def restate(tx: Tx, order_id: int, **header: Any) -> None:
    """Write these columns of the order, and its sums anew from its lines."""
    mine = OrderLine.order_id == order_id
    columns = (OrderLine.total, OrderLine.tax, OrderLine.discount, OrderLine.ordered)
    found = tx.execute(
        sa.select(sa.func.count(), *(sa.func.coalesce(sa.func.sum(column), 0) for column in columns)).where(mine)
    ).one()
    count, goods, tax, discount, units = (int(value) for value in found)
    shipping = header.get("shipping")
    if shipping is None:
        shipping = tx.execute(sa.select(Order.shipping).where(Order.id == order_id)).scalar_one()
    tx.execute(
        sa.update(Order)
        .where(Order.id == order_id)
        .values(
            **header,
            lines_total=goods,
            tax=tax,
            discount=discount,
            total=goods + tax + shipping - discount,
            line_count=count,
            unit_count=units,
        )
    )
