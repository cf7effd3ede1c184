"""Check and repair: a balance broken behind the application's back is found, said in words, and mended by one logged movement."""

import pytest
import sqlalchemy as sa

from dashboard.check import run
from dashboard.inventory.commands import RepairStock
from dashboard.inventory.repairing import repair_stock
from dashboard.inventory.store.standing import standing, stretch
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, NotFound
from dashboard.orders.store import reader, refresh
from tests.accounts.helpers import sign_in
from tests.checking import assert_clean
from tests.factories import balance, do, one, place, read, refused, shop

WAREHOUSE = Actor("user", "2", "Will", "warehouse")


def broken(sets: str, where: str = "id = 1") -> None:
    """Change a balance by raw SQL: no ledger row, no event, no version."""
    db.write(lambda tx: tx.execute(sa.text(f"UPDATE stock_balance SET {sets} WHERE {where}")) and None)
    refresh()


def broken_conditions() -> set[str]:
    db.db.session.rollback()
    return {found.name for found in run(db.db.engine).broken}


def opened() -> None:
    """10 A at North, 3 of them on an order, and 4 B."""
    shop(NORTH_A=10, NORTH_B=4)
    place(("A", 3))


def version() -> int:
    return one("SELECT version FROM stock_balance WHERE id = 1")


@pytest.mark.parametrize(
    ("sets", "said", "after", "logged"),
    [
        ("on_hand = on_hand + 5", "On hand is 15, its movements make 10.", (15, 3), (5, 0, 0)),
        ("on_hand = 4", "On hand is 4, its movements make 10.", (4, 3), (-6, 0, 0)),
        ("allocated = 0", "Allocated is 0, its movements make 3. Allocated is 0, orders have 3.", (10, 3), (0, 0, 0)),
        ("allocated = 7", "Allocated is 7, its movements make 3. Allocated is 7, orders have 3.", (10, 3), (0, 0, 0)),
        ("held = 2", "Held is 2, its movements make 0. Held is 2, carts have 0.", (10, 3), (0, 0, 0)),
        ("damaged = 1", "Damaged is 1, its movements make 0.", (10, 3), (0, 0, 1)),
    ],
)
def test_each_drift_is_found_said_and_repaired_with_a_movement(any_app, sets, said, after, logged):
    opened()
    broken(sets)
    assert broken_conditions()
    (found,) = stretch(reader(), 0).drifted

    do(repair_stock, RepairStock("A", "NORTH", version()))

    assert " ".join(found.sentences()) == said
    assert balance("A", "NORTH") == after
    last = "SELECT on_hand, allocated, damaged FROM stock_movement WHERE reason = 'repair' AND sku_id = 1"
    assert read(last) == [logged]
    assert one("SELECT note FROM stock_movement WHERE reason = 'repair'") == said
    told = "SELECT count(*) FROM event WHERE type = 'StockChanged' AND entity_id = '1:1' AND version = :version"
    assert one(told, version=version()) == 1
    refresh()
    assert stretch(reader(), 0).drifted == []
    assert_clean()


def test_a_ledger_that_went_on_after_the_break_is_proven_from_the_repair_on(any_app):
    opened()
    broken("on_hand = on_hand + 2")
    place(("A", 1))
    assert "ledger_running" in broken_conditions()

    do(repair_stock, RepairStock("A", "NORTH", version()))
    place(("A", 1))

    assert balance("A", "NORTH") == (12, 5)
    assert_clean()


def test_what_cannot_be_repaired_is_refused_and_nothing_changes(any_app):
    opened()

    refused(Conflict, repair_stock, RepairStock("A", "NORTH", version()))
    refused(NotFound, repair_stock, RepairStock("A", "SOUTH", 1))
    refused(NotFound, repair_stock, RepairStock("C", "NORTH", 1))
    broken("on_hand = 2, allocated = 0")
    error = refused(Conflict, repair_stock, RepairStock("A", "NORTH", version()))
    assert "Count the shelf" in error.message
    broken("on_hand = 10, allocated = 1")
    refused(Conflict, repair_stock, RepairStock("A", "NORTH", version() + 1))
    with pytest.raises(Forbidden):
        do(repair_stock, RepairStock("A", "NORTH", version()), actor=WAREHOUSE)
    assert balance("A", "NORTH") == (10, 1)


def test_a_catalogue_is_checked_stretch_by_stretch(any_app):
    opened()
    broken("on_hand = on_hand + 1", "id IN (1, 2)")

    first = stretch(reader(), 0, 1)
    second = stretch(reader(), first.last, 1)

    assert [place.sku for place in first.drifted + second.drifted] == ["A", "B"]
    assert stretch(reader(), second.last, 1) == ([], 0, None)
    assert [place.agrees for place in standing(reader(), 1)] == [False]


def test_the_command_repairs_them_all(app):
    opened()
    broken("on_hand = on_hand + 1", "id IN (1, 2)")

    done = app.test_cli_runner().invoke(args=["check", "--repair-stock"])

    assert done.exit_code == 0, done.output
    assert "repaired A at North: On hand is 11, its movements make 10." in done.output
    assert read("SELECT count(*) FROM stock_movement WHERE reason = 'repair'") == [(2,)]


def test_a_person_checks_and_repairs_on_the_page(any_app):
    opened()
    client = any_app.test_client()
    sign_in(client)
    assert "2 SKUs checked; what is not listed here agrees" in client.get("/inventory/check").text
    broken("on_hand = on_hand + 1")

    assert "On hand is 11, its movements make 10." in client.get("/inventory/check").text
    page = client.get("/inventory/check?sku=A").text
    assert 'action="/stock/A/repairs"' in page
    late = client.post("/stock/A/repairs", data={"location": "NORTH", "expected": "1", "_key": "k1"})
    assert late.status_code == 409
    sent = {"location": "NORTH", "expected": version(), "_key": "k2"}
    assert client.post("/stock/A/repairs", data=sent).status_code == 303
    assert client.post("/stock/A/repairs", data=sent).status_code == 303
    assert "Everything agrees" in client.get("/inventory/check?sku=A").text
    assert read("SELECT on_hand FROM stock_movement WHERE reason = 'repair'") == [(1,)]
    assert client.post("/stock/A/repairs", data={"location": "NORTH"}).status_code == 422


def test_the_warehouse_sees_the_drift_and_cannot_repair_it(app):
    opened()
    broken("on_hand = on_hand + 1")
    client = app.test_client()
    sign_in(client, "warehouse")

    page = client.get("/inventory/check").text

    assert "does not agree" in page and "/repairs" not in page
    assert client.post("/stock/A/repairs", data={"location": "NORTH", "expected": version()}).status_code == 403
