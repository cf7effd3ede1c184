"""Purchasing as it is read: purchase orders, what is on its way, what runs low, suppliers, the docks."""

from dashboard.purchasing.store.docks import DockToStock, dock_to_stock
from dashboard.purchasing.store.incoming import incoming_units
from dashboard.purchasing.store.orders import Detail, Line, Row, by_ids, due, purchase_order, purchase_orders, view_counts
from dashboard.purchasing.store.promise import Promise, promise
from dashboard.purchasing.store.reorder import Low, low
from dashboard.purchasing.store.suppliers import Supplied, supplied, supplier, suppliers

__all__ = [
    "Detail",
    "DockToStock",
    "Line",
    "Low",
    "Promise",
    "Row",
    "Supplied",
    "by_ids",
    "dock_to_stock",
    "due",
    "incoming_units",
    "low",
    "promise",
    "purchase_order",
    "purchase_orders",
    "supplied",
    "supplier",
    "suppliers",
    "view_counts",
]
