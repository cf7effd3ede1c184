"""Purchasing as it is read: purchase orders, what is on its way, what runs low, suppliers, the docks."""

from dashboard.purchasing.store.docks import DockToStock, dock_to_stock
from dashboard.purchasing.store.incoming import Incoming, incoming, incoming_units
from dashboard.purchasing.store.orders import Detail, Row, due, purchase_order, purchase_orders, view_counts
from dashboard.purchasing.store.reorder import Low, low
from dashboard.purchasing.store.suppliers import supplied, supplier, suppliers

__all__ = [
    "Detail",
    "DockToStock",
    "Incoming",
    "Low",
    "Row",
    "dock_to_stock",
    "due",
    "incoming",
    "incoming_units",
    "low",
    "purchase_order",
    "purchase_orders",
    "supplied",
    "supplier",
    "suppliers",
    "view_counts",
]
