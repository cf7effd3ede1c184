"""Sales of the past as rows: order, lines, finished work and settled payment, all in executemany."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from dashboard.catalog.lookup import SkuFacts
from dashboard.channels.mapping import History
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder
from dashboard.inventory.calendars import Calendar
from dashboard.kernel import clock, ids, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import insert_into, next_ids
from dashboard.kernel.tx import Tx
from dashboard.orders import derive, rules
from dashboard.orders.capture import tracking_token
from dashboard.orders.events import OrderImported
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rows import FIRST_NUMBER, LINE_COLUMNS, ORDER_COLUMNS
from dashboard.payments.rows import INSERT_PAYMENT, INSERT_TRANSACTION

LINK_LIVES = dt.timedelta(days=90)
"""How long a tracking link works after delivery (TRUST.md section 3)."""
CLOSED_LATER = ("cancelled_at", "cancel_reason", "tracking_expires_at")
_ORDER = insert_into(Order, *ORDER_COLUMNS, *CLOSED_LATER)
_LINE = insert_into(OrderLine, *LINE_COLUMNS)
_WORK = insert_into(
    FulfilmentOrder, "id", "number", "order_id", "location_id", "status", "created_at", "released_at", "picked_at", "packed_at",
    "shipped_at", "pack_errors", "version",
)  # fmt: skip
_WORK_LINE = insert_into(FulfilmentLine, "fulfilment_order_id", "order_line_id", "sku_id", "units", "picked", "packed")


class Place(NamedTuple):
    """The location a history ships from, and when it works."""

    id: int
    calendar: Calendar


@dataclass(slots=True)
class SoldLine:
    """One row of a sale. total, tax, discount: minor units; shipped: whether the shelf had all of it."""

    id: int
    sku: SkuFacts
    name: str
    quantity: int
    unit_price_e4: int
    total: int
    tax: int
    discount: int
    shipped: bool

    @property
    def worth(self) -> int:
        return self.total + self.tax - self.discount


@dataclass(slots=True)
class Sale:
    """An order of the past while its rows are replayed. at: microseconds since 1970."""

    id: int
    external_id: str
    header: dict[str, Any]
    at: int
    lines: list[SoldLine] = field(default_factory=list)

    @property
    def number(self) -> str:
        return str(FIRST_NUMBER + self.id)

    @property
    def total(self) -> int:
        return sum(line.worth for line in self.lines) + self.header.get("shipping", 0)

    @property
    def paid(self) -> int:
        """Minor units of what was sent; what was short was not charged."""
        sent = [line.worth for line in self.lines if line.shipped]
        return sum(sent) + self.header.get("shipping", 0) if sent else 0


def write_sales(tx: Tx, sales: Sequence[Sale], channel: str, policy: History, place: Place, actor: Actor) -> None:
    """Write everything a completed order leaves behind, and one event for each."""
    rows = [_order_row(sale, channel, policy, place) for sale in sales]
    tx.run_many(_ORDER, rows)
    tx.run_many(_LINE, [_line_row(sale, position, line, policy) for sale in sales for position, line in enumerate(sale.lines, 1)])
    _write_work(tx, sales, policy, place)
    _write_payments(tx, sales, policy, actor)
    for row in rows:
        derive.count(tx, row["id"], frozenset(), frozenset(row["views"].split()))
        tx.record(_event(row), actor, clock.moment(row["placed_at"]))


def _order_row(sale: Sale, channel: str, policy: History, place: Place) -> dict[str, Any]:
    said, at, paid = sale.header, sale.at, sale.paid
    ordered = sum(line.quantity for line in sale.lines)
    shipped = sum(line.quantity for line in sale.lines if line.shipped)
    delivered = shipped if policy.delivered == "when_shipped" else 0
    facts = rules.Facts(
        "open", ordered, ordered - shipped, 0, 0, 0, 0, shipped, delivered,
        total=sale.total, authorized=paid, captured=paid, refunded=0, voided=0, pay_on="placing", work=None, open_holds=0,
    )  # fmt: skip
    headlines = rules.derive(facts)
    done = shipped > 0
    return {
        "id": sale.id,
        "number": sale.number,
        "channel": channel,
        "external_id": sale.external_id,
        **headlines._asdict(),
        "work": None,
        "location_id": place.id if any(line.shipped and line.sku.kind == "stock" for line in sale.lines) else None,
        "views": derive.views_text(rules.views_of(headlines.status, headlines.phase, None)),
        **_people(said),
        "currency": said["currency"],
        "lines_total": sum(line.total for line in sale.lines),
        "tax": sum(line.tax for line in sale.lines),
        "shipping": said.get("shipping", 0),
        "discount": sum(line.discount for line in sale.lines),
        "total": sale.total,
        "authorized": paid,
        "captured": paid,
        "refunded": 0,
        "voided": 0,
        "pay_on": "placing",
        "line_count": len(sale.lines),
        "unit_count": ordered,
        "open_holds": 0,
        "open_returns": 0,
        "parcel_problem": False,
        "placed_at": at,
        "ship_by": _ship_by(at, place.calendar),
        "ready_at": at if done else None,
        "shipped_at": at if done else None,
        "delivered_at": at if delivered else None,
        "cancelled_at": None if done else at,
        "cancel_reason": None if done else "out_of_stock",
        "tracking_hash": ids.token_hash(tracking_token(sale.id)),
        "tracking_rotation": 0,
        "tracking_expires_at": at + LINK_LIVES // clock.MICROSECOND,
        "version": 1,
    }


def _people(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "customer_ref": said.get("customer_ref"),
        "customer_name": said.get("customer_name", ""),
        "email": said.get("email", ""),
        "phone": said.get("phone", ""),
        "ship_name": said.get("ship_name") or said.get("customer_name", ""),
        **{name: said.get(name, "") for name in ("ship_line1", "ship_line2", "ship_city", "ship_region", "ship_postal_code")},
        "ship_country": said.get("ship_country", ""),
    }


@lru_cache(4096)
def _ship_by(at: int, calendar: Calendar) -> int:
    return clock.micros(calendar.ship_by(clock.moment(at)))


def _line_row(sale: Sale, position: int, line: SoldLine, policy: History) -> dict[str, Any]:
    sent = line.quantity if line.shipped else 0
    return {
        "id": line.id,
        "order_id": sale.id,
        "position": position,
        "sku_id": line.sku.id,
        "sku_code": line.sku.code,
        "name": line.name or line.sku.name,
        "ordered": line.quantity,
        "unit_price_e4": line.unit_price_e4,
        "tax": line.tax,
        "discount": line.discount,
        "total": line.total,
        "cancelled": line.quantity - sent,
        "backordered": 0,
        "allocated": 0,
        "picked": 0,
        "packed": 0,
        "shipped": sent,
        "delivered": sent if policy.delivered == "when_shipped" else 0,
        "returned": 0,
    }


def _write_work(tx: Tx, sales: Sequence[Sale], policy: History, place: Place) -> None:
    """One finished fulfilment order per sale that sent goods."""
    goods = [(sale, [line for line in sale.lines if line.shipped and line.sku.kind == "stock"]) for sale in sales]
    goods = [(sale, lines) for sale, lines in goods if lines]
    work_ids = next_ids(tx, "fulfilment_order", len(goods)) if goods else []
    status = "closed" if policy.delivered == "when_shipped" else "shipped"
    moments = ("created_at", "released_at", "picked_at", "packed_at", "shipped_at")
    tx.run_many(_WORK, [
        {"id": id_, "number": f"{sale.number}-1", "order_id": sale.id, "location_id": place.id, "status": status, "pack_errors": 0,
         "version": 1, **dict.fromkeys(moments, sale.at)}
        for id_, (sale, _) in zip(work_ids, goods, strict=True)
    ])  # fmt: skip
    tx.run_many(_WORK_LINE, [
        {"fulfilment_order_id": id_, "order_line_id": line.id, "sku_id": line.sku.id, "units": line.quantity, "picked": line.quantity,
         "packed": line.quantity}
        for id_, (_, lines) in zip(work_ids, goods, strict=True) for line in lines
    ])  # fmt: skip


def _write_payments(tx: Tx, sales: Sequence[Sale], policy: History, actor: Actor) -> None:
    """Every sale has its payment record; where money changed hands, it was authorized and captured when it was placed."""
    payment_ids = next_ids(tx, "payment", len(sales)) if sales else []
    payments, ledger = [], []
    for id_, sale in zip(payment_ids, sales, strict=True):
        paid, said = sale.paid, sale.header
        method = said.get("payment_method", policy.payment_method)
        payments.append((id_, sale.id, policy.payment_provider, method, said["currency"], paid, paid, 0, 0, 1))
        ledger += [
            (id_, sale.id, kind, status, paid, None, None, actor.ref, actor.name, sale.at)
            for kind, status in (("authorization", "authorized"), ("capture", "captured"))
            if paid
        ]
    tx.add(INSERT_PAYMENT, payments)
    tx.add(INSERT_TRANSACTION, ledger)


def _event(row: dict[str, Any]) -> OrderImported:
    return OrderImported(
        id=row["id"],
        version=1,
        order_id=row["id"],
        number=row["number"],
        channel=row["channel"],
        external_id=row["external_id"],
        total=row["total"],
        currency=row["currency"],
    )


@lru_cache(8192)
def line_total(quantity: int, unit_price_e4: int, currency: str) -> int:
    """Minor units of a line, rounded half up once."""
    return units.extended(quantity, unit_price_e4, currency)
