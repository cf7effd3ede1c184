"""Customers as they are read."""

from dashboard.customers.store.listing import ListQuery, Row, customers, tags_in_use
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
    tags,
    totals,
)

__all__ = [
    "Consent",
    "CustomerRow",
    "Entry",
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
    "entries",
    "matching_progress",
    "merges",
    "order_ids",
    "suggestions",
    "tags",
    "tags_in_use",
    "totals",
]
