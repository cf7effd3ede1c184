"""What runs low: SKUs at locations whose available and incoming units are at or below the reorder point."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.model import Location, StockBalance, StockMovement
from dashboard.purchasing.model import Supplier, SupplierSku
from dashboard.purchasing.rules import LEAD_DAYS, RATE_DAYS, REVIEW_DAYS, Need
from dashboard.purchasing.store.incoming import units_of

_AVAILABLE = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine


class Low(NamedTuple):
    """One SKU at one location. supplier: None when nobody supplies it."""

    sku_id: int
    sku: str
    name: str
    location_id: int
    location: str
    location_name: str
    reorder_point: int
    supplier: str | None
    need: Need


def low(
    connection: sa.Connection,
    now: dt.datetime,
    location: str = "",
    supplier: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[Low]:
    """In order of SKU code and location id, those after (SKU code, location id). supplier: a name, or `-` for SKUs without one."""
    expected, drafted = units_of(Sku.id, Location.id), units_of(Sku.id, Location.id, ("draft",))
    statement = (
        sa.select(
            Sku.id,
            Sku.code,
            Sku.name,
            Location.id,
            Location.code,
            Location.name,
            StockBalance.reorder_point,
            Supplier.name,
            _AVAILABLE,
            expected,
            StockBalance.safety,
            Supplier.lead_days,
            Supplier.review_days,
            SupplierSku.pack_size,
            drafted,
        )
        .join(Sku, Sku.id == StockBalance.sku_id)
        .join(Location, Location.id == StockBalance.location_id)
        .outerjoin(SupplierSku, SupplierSku.sku_id == Sku.id)
        .outerjoin(Supplier, Supplier.id == SupplierSku.supplier_id)
        .where(StockBalance.reorder_point > 0, StockBalance.reorder_point >= _AVAILABLE, Sku.active, Location.active)
        .where(_AVAILABLE + expected <= StockBalance.reorder_point)
        .order_by(Sku.code, Location.id)
        .limit(limit)
    )
    if location:
        statement = statement.where(Location.code == location)
    if supplier:
        statement = statement.where(Supplier.name == supplier if supplier != "-" else Supplier.id.is_(None))
    if after:
        further = sa.or_(Sku.code > after[0], sa.and_(Sku.code == after[0], Location.id > after[1]))
        statement = statement.where(Sku.code >= after[0], further)
    rows = connection.execute(statement).all()
    sent = _sent(connection, [row[0] for row in rows], now)
    return [_low(row, sent) for row in rows]


def _low(row: Any, sent: dict[tuple[int, int], int]) -> Low:
    available, coming, safety, lead, review, pack, drafted = row[8:]
    need = Need(
        available,
        int(coming),
        sent.get((row[0], row[3]), 0),
        safety,
        LEAD_DAYS if lead is None else lead,
        REVIEW_DAYS if review is None else review,
        pack or 1,
        int(drafted),
        row[6],
    )
    return Low(*row[:8], need)


def _sent(connection: sa.Connection, sku_ids: Sequence[int], now: dt.datetime) -> dict[tuple[int, int], int]:
    """{(SKU id, location id): units shipped in the last RATE_DAYS}."""
    query = (
        sa.select(StockMovement.sku_id, StockMovement.location_id, -sa.func.sum(StockMovement.on_hand))
        .where(
            StockMovement.sku_id.in_(sorted(set(sku_ids))),
            StockMovement.kind == "shipped",
            StockMovement.at >= now - dt.timedelta(days=RATE_DAYS),
            StockMovement.at <= now,
        )
        .group_by(StockMovement.sku_id, StockMovement.location_id)
    )
    return {(sku_id, place): int(units) for sku_id, place, units in connection.execute(query)} if sku_ids else {}
