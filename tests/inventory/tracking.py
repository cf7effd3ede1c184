"""SKUs that are kept by lot or by serial number, made and moved through the real actions."""

import datetime as dt

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from dashboard.inventory.tracked_units import Given, LotUnits
from tests.factories import NOW, do, locations, one, read

TODAY = NOW.date()
SOON, LATER, MUCH_LATER = (TODAY + dt.timedelta(days=days) for days in (5, 60, 200))


def shop(tracks: str = "lots", sku: str = "A", places: tuple[str, ...] = ("north", "south")) -> None:
    locations(*places)
    do(create_skus, [CreateSku(sku, f"Item {sku}", unit_price_e4=100_000, tracks=tracks)])


def lots(*named: tuple) -> Given:
    """lots(("L1", 3, SOON)): 3 units of L1."""
    return Given(tuple(LotUnits(*one_) for one_ in named))


def serials(*codes: str) -> Given:
    return Given((), codes)


def receive(units: int, given: Given, sku: str = "A", at: str = "north", now: dt.datetime = NOW) -> None:
    do(receive_stock, ReceiveStock(sku, at, units, given=given), now)


def in_lots(at: str = "north") -> dict[str, tuple[int, int, int]]:
    """{lot: (units, picked, set aside)} of the lots with units at a location."""
    rows = read(
        "SELECT l.code, s.units, s.picked, s.set_aside FROM lot_stock s JOIN lot l ON l.id = s.lot_id"
        " JOIN location p ON p.id = s.location_id WHERE p.code = :at AND s.units > 0 ORDER BY l.code",
        at=at,
    )
    return {row[0]: row[1:] for row in rows}


def buckets(sku: str = "A", at: str = "north") -> tuple[int, int, int]:
    """(on hand, allocated, quarantine)."""
    return one(
        "SELECT b.on_hand, b.allocated, b.quarantine FROM stock_balance b JOIN sku s ON s.id = b.sku_id"
        " JOIN location l ON l.id = b.location_id WHERE s.code = :sku AND l.code = :at",
        sku=sku,
        at=at,
    )


def numbered(sku: str = "A") -> dict[str, tuple[str, str | None]]:
    """{serial number: (state, location)}."""
    rows = read(
        "SELECT n.code, n.state, l.code FROM serial n JOIN sku s ON s.id = n.sku_id LEFT JOIN location l ON l.id = n.location_id"
        " WHERE s.code = :sku ORDER BY n.code",
        sku=sku,
    )
    return {row[0]: row[1:] for row in rows}


def lines_of(work_id: int) -> list[int]:
    """Ids of the lines of a fulfilment order."""
    return [row[0] for row in read("SELECT id FROM fulfilment_line WHERE fulfilment_order_id = :id ORDER BY id", id=work_id)]
