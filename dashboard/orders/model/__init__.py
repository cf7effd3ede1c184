"""Orders, lines with their counters, holds, notes, exceptions, and the counted views."""

from dashboard.orders.model.exception import OrderException
from dashboard.orders.model.hold import OrderHold
from dashboard.orders.model.line import OrderLine, OrderLinePart
from dashboard.orders.model.listing import ListChoice, OrderFacet, SavedView
from dashboard.orders.model.note import OrderNote
from dashboard.orders.model.order import COMMON_PAYMENTS, Order

__all__ = [
    "COMMON_PAYMENTS",
    "ListChoice",
    "Order",
    "OrderException",
    "OrderFacet",
    "OrderHold",
    "OrderLine",
    "OrderLinePart",
    "OrderNote",
    "SavedView",
]
