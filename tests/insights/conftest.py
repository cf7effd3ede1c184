"""A small shop written straight into the tables, so that every KPI can be counted by hand."""

import datetime as dt
import itertools

import pytest

from dashboard.catalog.model import Sku
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.inventory.model import Location, StockBalance, StockMovement
from dashboard.kernel import db
from dashboard.kernel.db import db as session_db
from dashboard.orders.model import Order, OrderException, OrderHold, OrderLine
from dashboard.returns.model import Return

NOW = dt.datetime(2026, 11, 25, 12, 20, tzinfo=dt.UTC)  # a Wednesday; London is on UTC
H = dt.timedelta(hours=1)
D = dt.timedelta(days=1)


class Shop:
    """Writes rows; every method returns the new id."""

    def __init__(self):
        self.numbers = itertools.count(1)
        self.north = self.add(Location(code="N", name="North", cutoff=16 * 60 + 30, priority=1))
        self.south = self.add(Location(code="S", name="South", cutoff=17 * 60, priority=2))

    def add(self, row) -> int:
        def insert(tx):
            tx.orm.add(row)
            tx.flush()
            return row.id

        return db.write(insert)

    def order(self, phase="to_pick", at=None, pack_errors=0, returned=None, **columns) -> int:
        """One order; `at`: location ids that work on it (North unless given)."""
        number = next(self.numbers)
        status = {"completed": "completed", "delivered": "completed", "in_transit": "completed", "cancelled": "cancelled"}
        values = {
            "number": f"T{number}",
            "channel": "web",
            "status": status.get(phase, "open"),
            "phase": phase,
            "fulfilment_status": "unfulfilled",
            "payment_status": "paid",
            "currency": "GBP",
            "placed_at": columns.get("ready_at") or NOW - D,
            **columns,
        }
        order_id = self.add(Order(**values))
        for place in (self.north,) if at is None else at:
            self.add(
                FulfilmentOrder(
                    number=f"T{number}-{place}",
                    order_id=order_id,
                    location_id=place,
                    status="shipped",
                    created_at=NOW,
                    pack_errors=pack_errors,
                )
            )
        if returned:
            self.add(
                Return(
                    number=f"R{number}",
                    order_id=order_id,
                    channel="web",
                    status="closed",
                    reason=returned,
                    currency="GBP",
                    requested_at=NOW,
                )
            )
        return order_id

    def shipped(self, shipped_at, took=10 * H, **columns) -> int:
        return self.order("completed", shipped_at=shipped_at, ready_at=shipped_at - took, **columns)

    def hold(self, order_id, begin, end) -> int:
        return self.add(OrderHold(order_id=order_id, kind="address", placed_by="Mia", placed_at=begin, released_at=end))

    def exception(self, opened_at, resolved_at=None, order_id=None, summary="Count it again") -> int:
        return self.add(
            OrderException(kind="late", summary=summary, opened_at=opened_at, resolved_at=resolved_at, order_id=order_id)
        )

    def sku(self, code, **balances) -> int:
        """balances: north=(on_hand, allocated, reorder_point), south=..."""
        sku = self.add(Sku(code=code, name=code))
        for place, (on_hand, allocated, reorder) in balances.items():
            self.add(
                StockBalance(
                    sku_id=sku, location_id=getattr(self, place), on_hand=on_hand, allocated=allocated, reorder_point=reorder
                )
            )
        return sku

    def backordered(self, order_id, sku, units=1) -> int:
        return self.add(
            OrderLine(
                order_id=order_id,
                position=1,
                sku_id=sku,
                sku_code="X",
                name="X",
                ordered=units,
                unit_price_e4=0,
                total=0,
                backordered=units,
            )
        )

    def moved(self, sku, location, at, on_hand) -> int:
        return self.add(
            StockMovement(
                sku_id=sku,
                location_id=location,
                kind="adjusted",
                on_hand=on_hand,
                on_hand_after=0,
                allocated_after=0,
                actor="t",
                actor_name="t",
                at=at,
            )
        )


@pytest.fixture
def shop(app) -> Shop:
    return Shop()


@pytest.fixture
def connection(shop):
    """A read connection that sees what was written; call it after the writes."""

    def read():
        session_db.session.remove()
        return session_db.session.connection()

    return read
