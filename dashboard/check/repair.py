"""Repair every stock balance that differs from its ledger, its allocations or its holds."""

from collections.abc import Iterator

from dashboard.inventory.commands import RepairStock
from dashboard.inventory.drift import Standing
from dashboard.inventory.repairing import repair_stock
from dashboard.inventory.store.standing import stretch
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Conflict


def every_drift() -> Iterator[str]:
    """Repair place by place, each in its own transaction; yields what was done, or why not, in words."""
    after: int | None = 0
    while after is not None:
        with db.db.engine.connect() as connection:
            found = stretch(connection, after)
        for place in found.drifted:
            yield _repaired(place)
        after = found.last


def _repaired(place: Standing) -> str:
    try:
        db.write(repair_stock, RepairStock(place.sku, place.location, place.version), system("check"), clock.now())
    except Conflict as error:
        return f"not repaired: {error.message}"
    return f"repaired {place.sku} at {place.place}: {' '.join(place.sentences())}"
