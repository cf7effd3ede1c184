"""Orders as they are read: the list, its counts, one order with all that belongs to it."""

from dashboard.orders.store.changes import Change, changes_since
from dashboard.orders.store.facets import counts
from dashboard.orders.store.labels import Labels, labels_of, people, person_name, tags_in_use
from dashboard.orders.store.listing import Counted, Cursor, ListPage, ListQuery, Row, count_up_to, ids_of, order_rows, page
from dashboard.orders.store.options import channels, locations, newest_id
from dashboard.orders.store.order import OrderFacts, by_id, by_number, near_numbers, numbers
from dashboard.orders.store.parts import balances, hold_of, holds, lines, notes, notes_by_id, notes_of, open_exceptions
from dashboard.orders.store.reading import reader, readers, refresh
from dashboard.orders.store.record import order_record
from dashboard.orders.store.saved import Choice, View, choice_of, views_for
from dashboard.orders.store.timeline import Entry, timeline

__all__ = [
    "Change",
    "Choice",
    "Counted",
    "Cursor",
    "Entry",
    "Labels",
    "ListPage",
    "ListQuery",
    "OrderFacts",
    "Row",
    "View",
    "balances",
    "by_id",
    "by_number",
    "changes_since",
    "channels",
    "choice_of",
    "count_up_to",
    "counts",
    "hold_of",
    "holds",
    "ids_of",
    "labels_of",
    "lines",
    "locations",
    "near_numbers",
    "newest_id",
    "notes",
    "notes_by_id",
    "notes_of",
    "numbers",
    "open_exceptions",
    "order_record",
    "order_rows",
    "page",
    "people",
    "person_name",
    "reader",
    "readers",
    "refresh",
    "tags_in_use",
    "timeline",
    "views_for",
]
