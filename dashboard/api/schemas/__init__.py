"""What the API answers, as models: the document shows them, the tests hold every answer against them."""

from dashboard.api.schemas.answer import Answer, Id, Money, Problem, Time
from dashboard.api.schemas.event import AuditEntry, AuditList, Event, EventList
from dashboard.api.schemas.order import (
    Address,
    AddressWarning,
    Customer,
    Headlines,
    Hold,
    HoldList,
    Line,
    NamedAmount,
    Note,
    NoteList,
    Order,
    PlacedOrder,
    Promise,
)
from dashboard.api.schemas.payment import Payment, PaymentList, Transaction
from dashboard.api.schemas.returned import Return, ReturnLine, ReturnList
from dashboard.api.schemas.stock import Component, Movement, MovementList, Sku, SkuList, SkuPreorder, Stock, StockList
from dashboard.api.schemas.work import FulfilmentOrder, FulfilmentOrderList, Parcel, WorkLine

__all__ = [
    "Address",
    "AddressWarning",
    "Answer",
    "AuditEntry",
    "AuditList",
    "Component",
    "Customer",
    "Event",
    "EventList",
    "FulfilmentOrder",
    "FulfilmentOrderList",
    "Headlines",
    "Hold",
    "HoldList",
    "Id",
    "Line",
    "Money",
    "Movement",
    "MovementList",
    "NamedAmount",
    "Note",
    "NoteList",
    "Order",
    "Parcel",
    "Payment",
    "PaymentList",
    "PlacedOrder",
    "Problem",
    "Promise",
    "Return",
    "ReturnLine",
    "ReturnList",
    "Sku",
    "SkuList",
    "SkuPreorder",
    "Stock",
    "StockList",
    "Time",
    "Transaction",
    "WorkLine",
]
