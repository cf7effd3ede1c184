"""Orders placed, packed and shipped by the real actions, and their tracking links."""

import datetime as dt

import pytest

from dashboard.catalog.model import Sku
from dashboard.channels.actions import place_order
from dashboard.fulfilment import actions as work
from dashboard.fulfilment.commands import MoveParcel, PackUnits, PickUnits, ReleaseWork, ShipParcel
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.fulfilment.parcels import move_parcel
from dashboard.inventory.model import Location, StockBalance
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.db import db as session_db
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft

CLERK = system("test")


class Shop:
    """Two locations, three SKUs; `now` may be moved."""

    def __init__(self):
        self.now = clock.now()
        self.add(Location(code="N", name="North", priority=1), Location(code="S", name="South", priority=2))
        self.add(*(Sku(code=code, name=name, unit_price_e4=50_000) for code, name in NAMES.items()))
        self.add(
            StockBalance(sku_id=1, location_id=1, on_hand=50),
            StockBalance(sku_id=2, location_id=2, on_hand=50),
        )

    def add(self, *rows):
        db.write(lambda tx: tx.orm.add_all(rows))

    def run(self, action, command):
        return db.write(action, command, CLERK, self.now)

    def place(self, *skus, **columns):
        """An order of one each; returns what place_order gives."""
        command = CaptureOrder(
            channel="web",
            currency="GBP",
            lines=tuple(DraftLine(sku, 1) for sku in skus or ("A",)),
            customer=Customer("Ada Byron", "ada@example.org", "+44 20 7946 0000"),
            ship_to=Address("Ada Byron", "12 Hill Road", "Flat 3", "Leeds", "West Yorkshire", "LS1 4AP", "GB"),
            payment=columns.pop("payment", PaymentDraft(authorized=100_000)),
            on_shortage="backorder",
            placed_at=self.now,
            **columns,
        )
        return self.run(place_order, command)

    def works(self, order_id):
        session_db.session.remove()
        query = session_db.select(FulfilmentOrder.id).where(FulfilmentOrder.order_id == order_id).order_by(FulfilmentOrder.id)
        return list(session_db.session.scalars(query))

    def pack(self, work_id):
        self.run(work.release_work, ReleaseWork(work_id))
        self.run(work.pick_units, PickUnits(work_id))
        self.run(work.pack_units, PackUnits(work_id))

    def ship(self, work_id, carrier="DHL", number="00340434161094021501", expected_at=None):
        """Pack and ship; returns the parcel's id."""
        self.pack(work_id)
        return self.run(work.ship_parcel, ShipParcel(work_id, carrier, number, expected_at=expected_at))

    def parcel(self, parcel_id, status, at=None):
        self.run(move_parcel, MoveParcel(parcel_id, status, at or self.now))

    def later(self, **span):
        self.now += dt.timedelta(**span)


NAMES = {"A": "Mug, blue <350 ml>", "B": "Desk lamp", "C": "Poster"}


@pytest.fixture
def shop(app) -> Shop:
    return Shop()


@pytest.fixture
def get(client, monkeypatch, shop):
    """Open a tracking link at the shop's time."""

    def get(token, **headers):
        monkeypatch.setattr(clock, "now", lambda: shop.now)
        try:
            return client.get(f"/t/{token}", headers=headers)
        finally:
            monkeypatch.undo()

    return get
