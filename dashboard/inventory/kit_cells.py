"""How many of each kit every location can sell, worked out from the balances of its parts in one query."""

from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import KitComponent, Sku
from dashboard.inventory.model import Location, StockBalance

RECIPE = 10**9
"""Weighs the recipe's version in a cell's version above those of the balances, so that it rises with either."""
_SELLABLE = (
    StockBalance.on_hand
    - StockBalance.allocated
    - StockBalance.held
    - StockBalance.damaged
    - StockBalance.quarantine
    - StockBalance.safety
)


def kit_cells(*columns: Any) -> sa.Select:
    """kit_id, location_id, units (whole kits) and version per kit and location in use where all of its parts have been.

    Args: columns: further ones of these: code of the Sku (the kit), code and priority of the Location.
    """
    parts = sa.select(sa.func.count()).where(KitComponent.kit_id == Sku.id).correlate(Sku).scalar_subquery()
    whole = sa.func.min(sa.case((_SELLABLE > 0, _SELLABLE), else_=0) // KitComponent.units)
    moved = sa.func.sum(StockBalance.version)
    return (
        sa.select(
            Sku.id.label("kit_id"),
            Location.id.label("location_id"),
            whole.label("units"),
            (Sku.version * RECIPE + sa.cast(moved, sa.BigInteger)).label("version"),
            *columns,
        )
        .select_from(KitComponent)
        .join(Sku, Sku.id == KitComponent.kit_id)
        .join(StockBalance, StockBalance.sku_id == KitComponent.part_id)
        .join(Location, Location.id == StockBalance.location_id)
        .where(Location.active)
        .group_by(Sku.id, Sku.code, Sku.version, Location.id, Location.code, Location.priority)
        .having(sa.func.count() == parts)
    )
