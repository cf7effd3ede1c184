"""Stock as plain values for machines: balances and the ledger."""

from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.catalog.rules import fold_code
from dashboard.inventory.kit_cells import kit_cells
from dashboard.inventory.model import Location, StockBalance, StockMovement
from dashboard.kernel import clock

BUCKETS = ("on_hand", "allocated", "held", "damaged", "quarantine")
_BALANCE = (
    sa.select(StockBalance.__table__, Sku.code.label("sku"), Location.code.label("location"))
    .join(Sku, Sku.id == StockBalance.sku_id)
    .join(Location, Location.id == StockBalance.location_id)
)
_SHOWN = ("sku", "location", *BUCKETS, "safety", "version")
_KIT = kit_cells(Sku.code.label("sku"), Location.code.label("location"))
_OF_KIT = {"on_hand": "units", "sku": "sku", "location": "location", "version": "version"}
"""A kit is on hand as often as its parts allow; its other buckets are 0."""
_MOVEMENT = (
    sa.select(StockMovement.__table__, Sku.code.label("sku"), Location.code.label("location"))
    .join(Sku, Sku.id == StockMovement.sku_id)
    .join(Location, Location.id == StockMovement.location_id)
)


def balances(
    connection: sa.Connection, sku: str = "", location: str = "", after: tuple[str, str] | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Balances in order of SKU and location code, those after (SKU, location); kits with what their parts allow."""
    kept, made = (_narrowed(query, sku, location, after, limit).subquery() for query in (_BALANCE, _KIT))
    zero = sa.literal(0, sa.BigInteger)
    of_kits = [made.c[_OF_KIT[name]].label(name) if name in _OF_KIT else zero.label(name) for name in _SHOWN]
    rows = sa.union_all(sa.select(*(kept.c[name] for name in _SHOWN)), sa.select(*of_kits)).subquery()
    query = sa.select(rows).order_by(rows.c.sku, rows.c.location).limit(limit)
    return [_balance(row) for row in connection.execute(query)]


def _narrowed(query: sa.Select, sku: str, location: str, after: tuple[str, str] | None, limit: int) -> sa.Select:
    if sku:
        query = query.where(Sku.code == fold_code(sku))
    if location:
        query = query.where(Location.code == location)
    if after:
        query = query.where(sa.or_(Sku.code > after[0], sa.and_(Sku.code == after[0], Location.code > after[1])))
    return query.order_by(Sku.code, Location.code).limit(limit)


def balance(connection: sa.Connection, balance_id: int) -> dict[str, Any]:
    return _balance(connection.execute(_BALANCE.where(StockBalance.id == balance_id)).one())


def movements(
    connection: sa.Connection, sku: str = "", location: str = "", before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The ledger, newest first, rows before this id."""
    query = _MOVEMENT.order_by(StockMovement.id.desc()).limit(limit)
    if sku:
        query = query.where(StockMovement.sku_id.in_(sa.select(Sku.id).where(Sku.code == fold_code(sku))))
    if location:
        query = query.where(Location.code == location)
    if before is not None:
        query = query.where(StockMovement.id < before)
    return [_movement(row) for row in connection.execute(query)]


def _balance(row: Any) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "location": row.location,
        **{name: getattr(row, name) for name in (*BUCKETS, "safety")},
        "available": row.on_hand - row.allocated - row.held - row.damaged - row.quarantine,
        "incoming": 0,
        "version": row.version,
    }


def _movement(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "sku": row.sku,
        "location": row.location,
        "kind": row.kind,
        "change": {name: delta for name in BUCKETS if (delta := getattr(row, name))},
        "on_hand_after": row.on_hand_after,
        "allocated_after": row.allocated_after,
        "cause": row.cause,
        "reason": row.reason,
        "note": row.note,
        "actor": row.actor_name,
        "at": clock.iso(row.at),
    }
