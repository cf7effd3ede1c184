"""The exceptions queue and the page of today as they are read."""

from dashboard.desk.store.counts import Counts, counts, open_count
from dashboard.desk.store.queue import Exceptions, Query, Row, Step, exception, page, rows, steps

__all__ = ["Counts", "Exceptions", "Query", "Row", "Step", "counts", "exception", "open_count", "page", "rows", "steps"]
