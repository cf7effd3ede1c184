"""What tests need to exist, made through the real actions; and whole-database dumps to compare before and after."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.channels.actions import Placed, place_order
from dashboard.fulfilment import actions as fulfilment
from dashboard.fulfilment.commands import MoveParcel, PackUnits, PickUnits, ReleaseWork, ShipParcel
from dashboard.fulfilment.parcels import move_parcel
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from dashboard.inventory.model import Location
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.columns import Base
from dashboard.orders.commands import CaptureOrder, DraftLine, PaymentDraft

MIA = Actor("user", "1", "Mia Ops", "ops_manager")
NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)  # a Wednesday
VOLATILE = frozenset({"meta", "job", "alembic_version"})


def do(action: Callable[..., Any], command: Any, now: dt.datetime = NOW, actor: Actor = MIA) -> Any:
    """One action as the product runs it: in one committed transaction."""
    return db.write(action, command, actor, now)


def locations(*codes: str, zone: str = "Europe/London", cutoff: int = 16 * 60 + 30) -> None:
    """Warehouses, best first."""

    def make(tx):
        tx.orm.add_all(
            [
                Location(code=code, name=code.title(), time_zone=zone, cutoff=cutoff, priority=place)
                for place, code in enumerate(codes, 1)
            ]
        )

    db.database().write(make)


def skus(*codes: str, kind: str = "stock", price_e4: int = 100_000, currency: str = "GBP", active: bool = True) -> None:
    """SKUs priced 10.00 unless said otherwise."""
    do(
        create_skus,
        [CreateSku(code, f"Item {code}", kind=kind, unit_price_e4=price_e4, currency=currency, active=active) for code in codes],
    )


def stock(**units: int) -> None:
    """stock(north_A=5): receive 5 units of SKU A at north."""
    for name, count in units.items():
        place, _, code = name.partition("_")
        do(receive_stock, ReceiveStock(code, place, count))


def shop(**units: int) -> None:
    """Locations, SKUs and stock in one call, for example shop(north_A=5, south_A=2, north_B=1)."""
    names = [name.partition("_") for name in units]
    locations(*dict.fromkeys(place for place, _, _ in names))
    skus(*dict.fromkeys(code for _, _, code in names))
    stock(**{name: count for name, count in units.items() if count})


def command(*lines: tuple[str, int], paid: bool = True, **more: Any) -> CaptureOrder:
    """An order of (SKU, units) lines. paid: 10.00 per unit is authorized."""
    drafts = tuple(DraftLine(code, units) for code, units in lines)
    payment = PaymentDraft("manual", sum(units for _, units in lines) * 1000) if paid else None
    return CaptureOrder(**{"channel": "web", "currency": "GBP", "lines": drafts, "payment": payment, **more})


def place(*lines: tuple[str, int], now: dt.datetime = NOW, **more: Any) -> Placed:
    return do(place_order, command(*lines, **more), now)


def read(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a query, by itself."""
    engine = db.db.engine
    alone = {} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}  # saves it a BEGIN and a ROLLBACK
    with engine.connect().execution_options(**alone) as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql), values)]


def one(sql: str, **values: Any) -> Any:
    """The only row of a query; its only value, when it has one column."""
    (row,) = read(sql, **values)
    return row[0] if len(row) == 1 else row


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to prove that a refusal wrote nothing."""
    found = {}
    with db.db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in VOLATILE:
                found[table.name] = sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
    return found


def order_row(order_id: int) -> Any:
    """The order's row, by column name."""
    with db.db.engine.connect() as connection:
        return connection.execute(sa.text("SELECT * FROM orders WHERE id = :id"), {"id": order_id}).one()


def line_rows(order_id: int) -> list[Any]:
    with db.db.engine.connect() as connection:
        return connection.execute(
            sa.text("SELECT * FROM order_line WHERE order_id = :id ORDER BY position"), {"id": order_id}
        ).all()


def headlines(order_id: int) -> tuple[str, str, str, str]:
    """(status, fulfilment_status, payment_status, phase)."""
    row = order_row(order_id)
    return row.status, row.fulfilment_status, row.payment_status, row.phase


def balance(sku: str, place: str) -> tuple[int, int]:
    """(on hand, allocated)."""
    return one(
        "SELECT b.on_hand, b.allocated FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l"
        " ON l.id = b.location_id WHERE s.code = :sku AND l.code = :place",
        sku=sku,
        place=place,
    )


def refused(error: type[Exception] | tuple[type[Exception], ...], action: Callable[..., Any], given: Any, **facts: Any) -> Any:
    """The action raises this error with these facts, and not one row of any table changes. Returns the error."""
    before = dump()
    with pytest.raises(error) as found:
        do(action, given)
    assert dump() == before
    for name, value in facts.items():
        assert found.value.facts[name] == value, found.value.facts
    return found.value


STEPS = ("released", "picked", "packed", "shipped", "delivered")


def work_of(order_id: int, status: str | None = None) -> int:
    """The id of the order's newest fulfilment order (in this status)."""
    rows = read("SELECT id, status FROM fulfilment_order WHERE order_id = :id ORDER BY id", id=order_id)
    return [row[0] for row in rows if status in (None, row[1])][-1]


def walk(order_id: int, until: str, now: dt.datetime = NOW) -> None:
    """Take every open fulfilment order of the order as far as this status, one of STEPS."""
    for (work_id,) in read("SELECT id FROM fulfilment_order WHERE order_id = :id ORDER BY id", id=order_id):
        for step in STEPS[: STEPS.index(until) + 1]:
            step_work(work_id, step, now)


def step_work(work_id: int, step: str, now: dt.datetime = NOW) -> None:
    """Take one fulfilment order to the next status, where it stands right before it."""
    if step == "delivered":
        for (parcel_id,) in read("SELECT id FROM parcel WHERE fulfilment_order_id = :id", id=work_id):
            do(move_parcel, MoveParcel(parcel_id, "delivered"), now)
        return
    status = one("SELECT status FROM fulfilment_order WHERE id = :id", id=work_id)
    action, command, before = {
        "released": (fulfilment.release_work, ReleaseWork(work_id), "allocated"),
        "picked": (fulfilment.pick_units, PickUnits(work_id), "released"),
        "packed": (fulfilment.pack_units, PackUnits(work_id), "picked"),
        "shipped": (fulfilment.ship_parcel, ShipParcel(work_id, "DHL", f"T{work_id}"), "packed"),
    }[step]
    if status == before:
        do(action, command, now)


def payment_of(order_id: int) -> int:
    """The id of the order's first payment."""
    return read("SELECT id FROM payment WHERE order_id = :id ORDER BY id", id=order_id)[0][0]
