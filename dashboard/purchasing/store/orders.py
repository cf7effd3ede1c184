"""Purchase orders as they are read: the list with its views, one with its lines and receipts."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.catalog.rules import fold_code
from dashboard.inventory.model import Location
from dashboard.kernel import text
from dashboard.kernel.errors import NotFound
from dashboard.purchasing.model import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, Supplier
from dashboard.purchasing.rules import INCOMING


class Row(NamedTuple):
    """One purchase order of a list. units: ordered ones, without those that will not come."""

    id: int
    number: str
    status: str
    supplier: str
    location: str
    location_name: str
    expected_on: dt.date
    arrived_at: dt.datetime | None
    version: int
    lines: int
    units: int
    received: int

    def is_late(self, today: dt.date) -> bool:
        return self.status in INCOMING and self.expected_on < today


class Line(NamedTuple):
    id: int
    sku_id: int
    sku: str
    name: str
    barcode: str | None
    ordered: int
    received: int
    surplus: int
    cancelled: int
    unit_cost_e4: int
    tracks: str = "none"

    @property
    def left(self) -> int:
        return max(0, self.ordered - self.received - self.cancelled)


class Receipt(NamedTuple):
    id: int
    sku: str
    units: int
    damaged: int
    surplus: int
    over_reason: str | None
    note: str | None
    arrived_at: dt.datetime | None
    received_at: dt.datetime
    actor_name: str


class Detail(NamedTuple):
    """order: the columns of purchase_order, .supplier, .location and .location_name."""

    order: Any
    lines: list[Line]
    receipts: list[Receipt]


def _listed() -> Any:
    order = PurchaseOrder.__table__.c
    columns = order.id, order.number, order.status, Supplier.name, Location.code, Location.name
    return (
        sa.select(*columns, order.expected_on, order.arrived_at, order.version)
        .join(Supplier, Supplier.id == order.supplier_id)
        .join(Location, Location.id == order.location_id)
    )


def _rows(connection: sa.Connection, statement: Any) -> list[Row]:
    """The rows with the sums of their lines."""
    found = connection.execute(statement).all()
    line = PurchaseOrderLine
    sums = (
        sa.select(line.purchase_order_id, sa.func.count(), sa.func.sum(line.ordered - line.cancelled), sa.func.sum(line.received))
        .where(line.purchase_order_id.in_([row.id for row in found]))
        .group_by(line.purchase_order_id)
    )
    by_order = {row[0]: tuple(int(figure) for figure in row[1:]) for row in connection.execute(sums)} if found else {}
    return [Row(*row, *by_order.get(row.id, (0, 0, 0))) for row in found]


def _in_view(view: str, today: dt.date) -> sa.ColumnElement[bool]:
    if view == "incoming":
        return PurchaseOrder.status.in_(INCOMING)
    if view == "late":
        return sa.and_(PurchaseOrder.status.in_(INCOMING), PurchaseOrder.expected_on < today)
    return PurchaseOrder.status == view if view != "all" else sa.true()


def purchase_orders(
    connection: sa.Connection, view: str, today: dt.date, query: str = "", before: int | None = None, limit: int = 50
) -> list[Row]:
    """The newest first, those before this id. view: one of rules.VIEWS. query: part of a number or supplier, or a whole SKU code."""
    statement = _listed().where(_in_view(view, today)).order_by(PurchaseOrder.id.desc()).limit(limit)
    if query:
        statement = statement.where(_matches(query))
    if before is not None:
        statement = statement.where(PurchaseOrder.id < before)
    return _rows(connection, statement)


def _matches(query: str) -> sa.ColumnElement[bool]:
    if text.trouble(query, 200):
        return sa.false()
    folded = fold_code(query)
    with_sku = (
        sa.select(PurchaseOrderLine.purchase_order_id)
        .join(Sku, Sku.id == PurchaseOrderLine.sku_id)
        .where(sa.or_(Sku.code == folded, Sku.barcode == folded))
    )
    return sa.or_(
        PurchaseOrder.number.contains(folded, autoescape=True),
        sa.func.upper(Supplier.name).contains(folded, autoescape=True),
        PurchaseOrder.id.in_(with_sku),
    )


def due(connection: sa.Connection, locations: Sequence[str], limit: int = 100) -> list[Row]:
    """What is on its way to these locations (codes), the earliest first."""
    statement = _listed().where(PurchaseOrder.status.in_(INCOMING), Location.code.in_(locations))
    return _rows(connection, statement.order_by(PurchaseOrder.expected_on, PurchaseOrder.id).limit(limit))


def by_ids(connection: sa.Connection, ids: Collection[int]) -> list[Row]:
    """These purchase orders, the oldest first."""
    return _rows(connection, _listed().where(PurchaseOrder.id.in_(ids)).order_by(PurchaseOrder.id))


def view_counts(connection: sa.Connection, today: dt.date) -> dict[str, int]:
    """How many purchase orders each view but `all` holds."""
    late = sa.func.coalesce(sa.func.sum(sa.case((PurchaseOrder.expected_on < today, 1), else_=0)), 0)
    rows = connection.execute(sa.select(PurchaseOrder.status, sa.func.count(), late).group_by(PurchaseOrder.status)).all()
    counts = {status: int(count) for status, count, _ in rows}
    return {
        "draft": counts.get("draft", 0),
        "incoming": sum(counts.get(status, 0) for status in INCOMING),
        "late": sum(int(behind) for status, _, behind in rows if status in INCOMING),
        "received": counts.get("received", 0),
        "cancelled": counts.get("cancelled", 0),
    }


def purchase_order(connection: sa.Connection, number: str) -> Detail:
    """Raises: NotFound."""
    query = (
        sa.select(
            PurchaseOrder.__table__,
            Supplier.name.label("supplier"),
            Location.code.label("location"),
            Location.name.label("location_name"),
        )
        .join(Supplier, Supplier.id == PurchaseOrder.supplier_id)
        .join(Location, Location.id == PurchaseOrder.location_id)
    )
    order = None if text.trouble(number, 24) else connection.execute(query.where(PurchaseOrder.number == number)).first()
    if order is None:
        raise NotFound(f"There is no purchase order {number[:24]}.", number=number[:24])
    return Detail(order, _lines(connection, order.id), _receipts(connection, order.id))


def _lines(connection: sa.Connection, order_id: int) -> list[Line]:
    line = PurchaseOrderLine
    columns = (line.id, line.sku_id, Sku.code, Sku.name, Sku.barcode, line.ordered, line.received, line.surplus, line.cancelled)
    query = sa.select(*columns, line.unit_cost_e4, Sku.tracks).join(Sku, Sku.id == line.sku_id).where(line.purchase_order_id == order_id)
    return [Line(*row) for row in connection.execute(query.order_by(line.position))]


def _receipts(connection: sa.Connection, order_id: int) -> list[Receipt]:
    receipt = PurchaseReceipt
    query = (
        sa.select(
            receipt.id,
            Sku.code,
            receipt.units,
            receipt.damaged,
            receipt.surplus,
            receipt.over_reason,
            receipt.note,
            receipt.arrived_at,
            receipt.received_at,
            receipt.actor_name,
        )
        .join(PurchaseOrderLine, PurchaseOrderLine.id == receipt.line_id)
        .join(Sku, Sku.id == PurchaseOrderLine.sku_id)
        .where(receipt.purchase_order_id == order_id)
        .order_by(receipt.id.desc())
    )
    return [Receipt(*row) for row in connection.execute(query)]
