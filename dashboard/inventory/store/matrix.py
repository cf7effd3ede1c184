"""The matrix: SKUs by code, a cell per location, and how many SKUs are low or out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.catalog.store import matches
from dashboard.inventory.model import Location, SkuLevel, StockBalance, StockMovement
from dashboard.inventory.rules import level
from dashboard.inventory.store.cell import Cell
from dashboard.inventory.store.kits import cells_of_kits, kit_levels
from dashboard.kernel.db import db

RATE_DAYS = 30
_SKU = (Sku.id, Sku.code, Sku.name, Sku.kind)


@dataclass(frozen=True)
class MatrixRow:
    """One SKU. cells: per location id; sent: units shipped in the last RATE_DAYS; kit: its cells are worked out from its parts'."""

    sku_id: int
    code: str
    name: str
    cells: dict[int, Cell]
    sent: int = 0
    kit: bool = False

    @property
    def version(self) -> int:
        return sum(cell.version for cell in self.cells.values())

    @property
    def available(self) -> int:
        return sum(cell.available for cell in self.cells.values())

    @property
    def reorder_point(self) -> int:
        return sum(cell.reorder_point for cell in self.cells.values())

    @property
    def level(self) -> str:
        return level(self.available, self.reorder_point)

    @property
    def days_cover(self) -> float | None:
        """How many days the available units last at the rate of the last RATE_DAYS; None without a shipment."""
        return round(self.available * RATE_DAYS / self.sent, 1) if self.sent else None


def matrix(view: str, query: str, after: str, limit: int, now: dt.datetime) -> list[MatrixRow]:
    """SKUs in order of their code, after the code `after`. view: all, low or out."""
    if view == "all":
        return _rows(_some(sa.select(*_SKU).where(Sku.kind.in_(("stock", "kit"))), Sku.code, query, after, limit), now)
    kept = sa.select(*_SKU).join(SkuLevel, SkuLevel.sku_id == Sku.id).where(SkuLevel.level == view)
    kits = kit_levels()
    made = sa.select(*_SKU).join(kits, kits.c.sku_id == Sku.id).where(kits.c.level == view)
    both = [*_some(kept, SkuLevel.code, query, after, limit), *_some(made, Sku.code, query, after, limit)]
    return _rows(sorted(both, key=lambda sku: sku.code)[:limit], now)


def _some(statement: Any, code: Any, query: str, after: str, limit: int) -> Sequence[Any]:
    """The first of these SKUs after the code, in the order of `code`: the column whose index holds them."""
    narrowed = statement.where(matches(query)) if query else statement
    return db.session.execute(narrowed.where(code > after).order_by(code).limit(limit)).all()


def rows_of(sku_ids: Iterable[int], now: dt.datetime) -> list[MatrixRow]:
    """The rows of these SKUs."""
    return _rows(db.session.execute(sa.select(*_SKU).where(Sku.id.in_(sorted(set(sku_ids))))).all(), now)


def counts() -> dict[str, int]:
    """How many SKUs have a location at or below its reorder point (low), and how many have nothing available at all (out).

    A kit is out when no location can make one, and low when one of its parts is.
    """
    kits = kit_levels()
    found = {"low": 0, "out": 0}
    for column in (SkuLevel.level, kits.c.level):
        for name, count in db.session.execute(sa.select(column, sa.func.count()).group_by(column)):
            found[name] += int(count)
    return found


def cells_of(pairs: Iterable[tuple[int, int]]) -> list[Cell]:
    """The cells of these (SKU id, location id)."""
    wanted = set(pairs)
    return [cell for cell in _cells({sku for sku, _ in wanted}) if (cell.sku_id, cell.location_id) in wanted]


def _rows(skus: Sequence[Any], now: dt.datetime) -> list[MatrixRow]:
    ids = [sku.id for sku in skus]
    cells: dict[int, dict[int, Cell]] = {}
    made = [sku.id for sku in skus if sku.kind == "kit"]
    for cell in (*_cells(ids), *(cells_of_kits(made) if made else ())):
        cells.setdefault(cell.sku_id, {})[cell.location_id] = cell
    sent = _sent(ids, now)
    return [MatrixRow(sku.id, sku.code, sku.name, cells.get(sku.id, {}), sent.get(sku.id, 0), sku.kind == "kit") for sku in skus]


def _cells(sku_ids: Iterable[int]) -> list[Cell]:
    columns = [StockBalance.__table__.c[field.name] for field in fields(Cell)]
    query = (
        sa.select(*columns)
        .join(Location, Location.id == StockBalance.location_id)
        .where(StockBalance.sku_id.in_(list(sku_ids)), Location.active)
    )
    return [Cell(*row) for row in db.session.execute(query)]


def _sent(sku_ids: Sequence[int], now: dt.datetime) -> dict[int, int]:
    since = now - dt.timedelta(days=RATE_DAYS)
    query = (
        sa.select(StockMovement.sku_id, -sa.func.sum(StockMovement.on_hand))
        .where(StockMovement.sku_id.in_(sku_ids), StockMovement.kind == "shipped", StockMovement.at >= since)
        .group_by(StockMovement.sku_id)
    )
    return {sku_id: int(units) for sku_id, units in db.session.execute(query)}
