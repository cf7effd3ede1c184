"""Bins of the demo's own warehouses: two aisles of shelves each, a returns shelf, and what lies there in the last days."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from dashboard.demo.crew import MIA, TOM
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway
from dashboard.inventory.bins import create_bins
from dashboard.inventory.putting import move_units, put_away
from dashboard.kernel.tx import Tx

PLACES = ("north", "south")
AISLES = (("A", 12), ("B", 12))
"""(aisle, shelves); each shelf has three levels."""
LEVELS = 3
RETURNS = "RET-01"
REPAIRED = 3
"""SKUs of which a unit waits on the returns shelf."""
LATE = 8
"""SKUs that nobody has put away yet."""
_LOOSE = sa.text(
    "SELECT s.code, b.on_hand - coalesce(p.picked, 0) AS units, b.on_hand - b.allocated - b.held - b.damaged - b.quarantine AS available"
    " FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id LEFT JOIN"
    " (SELECT f.location_id, w.sku_id, sum(w.picked) AS picked FROM fulfilment_line w"
    " JOIN fulfilment_order f ON f.id = w.fulfilment_order_id WHERE f.status IN ('picking', 'picked', 'packing', 'packed')"
    " GROUP BY f.location_id, w.sku_id) p ON p.location_id = b.location_id AND p.sku_id = b.sku_id"
    " WHERE l.code = :place AND b.on_hand - coalesce(p.picked, 0) > 0 ORDER BY s.code"
)


def set_up(tx: Tx, start: dt.datetime) -> None:
    """The labels are on the shelves from the first day."""
    for place in PLACES:
        create_bins(tx, CreateBins(place, tuple(shelves())), MIA, start)
        create_bins(tx, CreateBins(place, (RETURNS,), 900, pickable=False), MIA, start)


def shelves() -> Iterator[str]:
    """A-01-1 to B-12-3, in the order they are walked to."""
    for aisle, length in AISLES:
        for shelf in range(1, length + 1):
            for level in range(1, LEVELS + 1):
                yield f"{aisle}-{shelf:02}-{level}"


def plan(world: Any, seed: int) -> None:
    """Put away what is there three days before the end: whatever is picked after that is picked from bins."""
    for place in PLACES:
        world.plan(world.until - dt.timedelta(hours=80), fill, random.Random(f"bins {seed} {place}"), place)  # noqa: S311


def fill(tx: Tx, _world: Any, now: dt.datetime, dice: random.Random, place: str) -> None:
    """Everything on hand that no picker has in a tote, but for what came last; a few units wait on the returns shelf."""
    codes = list(shelves())
    found = tx.execute(_LOOSE, {"place": place}).all()
    late = {row.code for row in dice.sample(found, min(LATE, len(found)))}
    returned = dice.sample([row.code for row in found if row.available > 4 and row.code not in late], REPAIRED)
    for index, row in enumerate(one for one in found if one.code not in late):
        units = int(row.units)
        home = codes[index * len(codes) // len(found)]
        put_away(tx, PutAway(row.code, place, home, units), TOM, now)
        if row.code in returned:
            move_units(tx, MoveUnits(row.code, place, home, RETURNS, 1), TOM, now + dt.timedelta(minutes=20))
