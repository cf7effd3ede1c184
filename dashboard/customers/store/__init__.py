"""Customers as they are read."""

from dashboard.customers.store.listing import LONGEST, ListQuery, Row, customers, customers_by_id, tags_in_use
from dashboard.customers.store.matches import Match, suggestions
from dashboard.customers.store.progress import Progress, matching_progress
from dashboard.customers.store.shown import (
    Consent,
    CustomerRow,
    Entry,
    Merge,
    addresses,
    consents,
    customer,
    customer_of_order,
    entries,
    merges,
    order_ids,
    page_version,
    tags,
    totals,
)

__all__ = [
    "Consent",
    "CustomerRow",
    "Entry",
    "LONGEST",
    "ListQuery",
    "Match",
    "Merge",
    "Progress",
    "Row",
    "addresses",
    "consents",
    "customer",
    "customer_of_order",
    "customers",
    "customers_by_id",
    "entries",
    "matching_progress",
    "merges",
    "order_ids",
    "page_version",
    "suggestions",
    "tags",
    "tags_in_use",
    "totals",
]
