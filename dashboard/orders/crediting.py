"""Cancel units and take them off the bill: tax, discount and their names follow the line, the order's sums follow its lines."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel import units
from dashboard.kernel.tx import Tx
from dashboard.orders import lines, naming
from dashboard.orders.lines import Shrinkage
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.named import Named
from dashboard.orders.worth import Worth, follow, respread


class Bill(NamedTuple):
    """An order's total before and after, minor units."""

    before: int
    after: int
    currency: str


def cancel_and_credit(tx: Tx, order_id: int, gone: Sequence[Shrinkage]) -> Bill:
    """Cancel these units of the order's lines, which the customer then need not pay. Shipping costs what it did.

    The caller shares money out among orders that were one (payments.carrying), and re-derives.
    Raises: RuntimeError, when a line has not that many units where they are said to be.
    """
    order = tx.execute(sa.select(Order.currency, Order.total).where(Order.id == order_id)).one()
    off = {one.id: one.units for one in gone}
    found = tx.execute(sa.select(OrderLine.__table__).where(OrderLine.id.in_(sorted(off))).order_by(OrderLine.id)).all()
    names = naming.of_lines(tx.connection, off)
    lines.credit(tx, gone)
    rows = [_shorter(line, off[line.id], order.currency) for line in found]
    lines.price(tx, rows)
    naming.replace(tx, _names(names, {row["id"]: row for row in rows}))
    lines.restate(tx, order_id)
    after = tx.execute(sa.select(Order.total).where(Order.id == order_id)).scalar_one()
    return Bill(order.total, after, order.currency)


def _shorter(line: Any, off: int, currency: str) -> dict[str, int]:
    """What the line costs with so many units less. Units that were cancelled without a credit are still on the bill."""
    live = line.ordered - line.cancelled
    before = Worth(live, line.unit_price_e4, line.tax, line.discount)
    tax, discount = (follow(amount, before, live - off, line.unit_price_e4) for amount in (line.tax, line.discount))
    total = units.extended(line.ordered - line.credited - off, line.unit_price_e4, currency)
    row = {"id": line.id, "unit_price_e4": line.unit_price_e4}
    return row | {"tax": tax, "discount": min(discount, total + tax), "total": total}


def _names(names: Mapping[naming.Of, Sequence[Named]], rows: Mapping[int, Mapping[str, int]]) -> dict[naming.Of, tuple[Named, ...]]:
    """The names of those amounts that changed."""
    found = {(line_id, kind): respread(entries, rows[line_id][kind]) for (line_id, kind), entries in names.items()}
    return {of: entries for of, entries in found.items() if entries != tuple(names[of])}
