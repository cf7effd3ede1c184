"""What happened since somebody was here: a bounded stretch of the event log, counted by kind."""

from typing import NamedTuple

import sqlalchemy as sa

from dashboard.kernel.outbox import EventRow
from dashboard.orders.model import Order

MOST_EVENTS = 5_000
"""The stretch of the log that is looked at: some milliseconds. What lies before it is not counted, and the page says so."""
NAMED = 3
_E = EventRow.__table__.c


class News(NamedTuple):
    """One kind of event. orders: how many orders it touched; numbers: the latest of them, where they are few."""

    type: str
    count: int
    orders: int
    numbers: list[str]


class Since(NamedTuple):
    """is_cut: more happened than was looked at."""

    news: list[News]
    is_cut: bool


def since(connection: sa.Connection, after: int, until: int, but_by: str, types: tuple[str, ...]) -> Since:
    """What others than `but_by` did in the log after one place up to another, kinds in the order of `types`."""
    begin = max(after, until - MOST_EVENTS)
    stretch = sa.and_(_E.seq > begin, _E.seq <= until, _E.type.in_(types), _E.actor != but_by)
    query = sa.select(_E.type, sa.func.count(), sa.func.count(_E.order_id.distinct())).where(stretch).group_by(_E.type)
    counted = {row[0]: (row[1], row[2]) for row in connection.execute(query)}
    few = [type_ for type_, (_, orders) in counted.items() if 0 < orders <= NAMED]
    named: dict[str, list[str]] = {}
    if few:
        numbers = sa.select(_E.type, Order.number).join(Order, Order.id == _E.order_id).where(stretch, _E.type.in_(few)).distinct()
        for type_, number in connection.execute(numbers):
            named.setdefault(type_, []).append(number)
    found = [News(type_, *counted[type_], sorted(named.get(type_, []))) for type_ in types if type_ in counted]
    return Since(found, begin > after)
