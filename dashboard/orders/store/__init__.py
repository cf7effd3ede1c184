"""Orders as they are read: the list, its counts, one order with all that belongs to it."""

from dashboard.orders.store.facets import counts
from dashboard.orders.store.listing import ListPage, ListQuery, Row, order_rows, page
from dashboard.orders.store.options import channels, locations
from dashboard.orders.store.order import OrderFacts, by_id, by_number, near_numbers
from dashboard.orders.store.parts import balances, holds, lines, notes, open_exceptions
from dashboard.orders.store.reading import reader
from dashboard.orders.store.record import order_record
from dashboard.orders.store.timeline import Entry, timeline

__all__ = [
    "Entry",
    "ListPage",
    "ListQuery",
    "OrderFacts",
    "Row",
    "balances",
    "by_id",
    "by_number",
    "channels",
    "counts",
    "holds",
    "lines",
    "locations",
    "near_numbers",
    "notes",
    "open_exceptions",
    "order_record",
    "order_rows",
    "page",
    "reader",
    "timeline",
]
