"""Write and read the names of lines' taxes and discounts; an order without any costs nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from dashboard.kernel.statements import insert_into
from dashboard.kernel.tx import Tx
from dashboard.orders.model import OrderLine
from dashboard.orders.named import Named, by_name
from dashboard.orders.named_model import OrderLineAmount

Of = tuple[int, str]
"""(order line id, kind)."""
_INSERT = insert_into(OrderLineAmount, "order_line_id", "kind", "position", "name", "amount")


def keep(tx: Tx, named: Mapping[Of, Sequence[Named]]) -> None:
    """Names of lines that have none yet."""
    rows = [
        {"order_line_id": line_id, "kind": kind, "position": place, "name": entry.name, "amount": entry.amount}
        for (line_id, kind), entries in named.items()
        for place, entry in enumerate(entries)
    ]
    if rows:
        tx.run_many(_INSERT, rows)


def replace(tx: Tx, named: Mapping[Of, Sequence[Named]]) -> None:
    """These names in place of those that are there."""
    for line_id, kind in sorted(named):
        tx.execute(sa.delete(OrderLineAmount).where(OrderLineAmount.order_line_id == line_id, OrderLineAmount.kind == kind))
    keep(tx, named)


def of_lines(connection: sa.Connection, line_ids: Iterable[int]) -> dict[Of, tuple[Named, ...]]:
    """Lines and kinds without names are missing."""
    return _found(connection, OrderLineAmount.order_line_id.in_(sorted(line_ids)))


def of_order(connection: sa.Connection, order_id: int) -> dict[Of, tuple[Named, ...]]:
    theirs = sa.select(OrderLine.id).where(OrderLine.order_id == order_id)
    return _found(connection, OrderLineAmount.order_line_id.in_(theirs))


def sums_of(names: Mapping[Of, Sequence[Named]], kind: str) -> list[Named]:
    """Over all lines, by name."""
    return by_name(entry for of, entries in names.items() if of[1] == kind for entry in entries)


def _found(connection: sa.Connection, which: sa.ColumnElement[bool]) -> dict[Of, tuple[Named, ...]]:
    table = OrderLineAmount.__table__.c
    query = sa.select(table.order_line_id, table.kind, table.name, table.amount).where(which)
    found: dict[Of, list[Named]] = defaultdict(list)
    for line_id, kind, name, amount in connection.execute(query.order_by(table.order_line_id, table.kind, table.position)):
        found[line_id, kind].append(Named(name, amount))
    return {of: tuple(entries) for of, entries in found.items()}
