"""Cells of kits: they have no balance, so that each is worked out from the balances of the kit's parts at that location."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import sqlalchemy as sa

from dashboard.catalog.model import KitComponent, Sku
from dashboard.inventory.kit_cells import kit_cells
from dashboard.inventory.model import SkuLevel
from dashboard.inventory.store.cell import Cell
from dashboard.kernel.db import db


@dataclass(frozen=True)
class KitCell(Cell):
    """on_hand: whole kits that can be sold from here now; the other buckets stay 0."""

    made: ClassVar[bool] = True


def cells_of_kits(kit_ids: Iterable[int]) -> list[KitCell]:
    """The cells of these kits at the locations in use where all of their parts have been."""
    found = db.session.execute(kit_cells().where(Sku.id.in_(sorted(set(kit_ids)))))
    return [KitCell(row.kit_id, row.location_id, row.units, version=row.version) for row in found]


def kit_levels() -> sa.Subquery:
    """(sku_id, code, level) of every kit that is out (no location can make one) or low (one can, and a part of it is low)."""
    cells = kit_cells().subquery()
    made = sa.select(cells.c.kit_id, sa.func.sum(cells.c.units).label("units")).group_by(cells.c.kit_id).subquery()
    part = sa.select(KitComponent.part_id).join(SkuLevel, SkuLevel.sku_id == KitComponent.part_id)
    is_low = part.where(KitComponent.kit_id == Sku.id, SkuLevel.level == "low").correlate(Sku).exists()
    word = sa.case((sa.func.coalesce(made.c.units, 0) <= 0, "out"), (is_low, "low"))
    found = sa.select(Sku.id.label("sku_id"), Sku.code, word.label("level")).outerjoin(made, made.c.kit_id == Sku.id)
    found = found.where(Sku.kind == "kit").subquery()
    return sa.select(found).where(found.c.level.is_not(None)).subquery()


def kits_with(sku_ids: Iterable[int]) -> set[int]:
    """The ids of the kits that any of these SKUs is a part of."""
    wanted = sorted(set(sku_ids))
    query = sa.select(KitComponent.kit_id).where(KitComponent.part_id.in_(wanted)).distinct()
    return set(db.session.scalars(query)) if wanted else set()
