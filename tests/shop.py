"""A small shop for tests: SKUs, locations and stock, made through the real actions."""

from collections.abc import Mapping

import sqlalchemy as sa

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from dashboard.inventory.model import Location
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.outbox import EventRow
from dashboard.kernel.tx import Tx

TESTER = system("tests")


def open_shop(stock: Mapping[str, Mapping[str, int]], price_e4: int = 100_000) -> None:
    """Make the locations N, S, E ... and SKUs of `{sku: {location: units}}`, in GBP."""
    places = sorted({place for units in stock.values() for place in units})

    def make(tx: Tx, _command: None, actor: Actor, now) -> None:
        for priority, code in enumerate(places, 1):
            tx.orm.add(Location(code=code, name=f"Location {code}", priority=priority))
        tx.flush()
        create_skus(tx, [CreateSku(sku, f"Item {sku}", unit_price_e4=price_e4) for sku in stock], actor, now)
        for sku, units in stock.items():
            for place, count in units.items():
                if count:
                    receive_stock(tx, ReceiveStock(sku, place, count), actor, now)

    db.write(make, None, TESTER, clock.now())


def event_count() -> int:
    """How many events the log holds now."""
    with db.db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(EventRow.__table__))
