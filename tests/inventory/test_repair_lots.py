"""Check and repair where a SKU is kept by lot: lots follow on hand, and their own ledgers say so."""

import datetime as dt

import pytest

from dashboard.inventory.commands import RepairStock
from dashboard.inventory.lot_drift import Shelved, wanted
from dashboard.inventory.repairing import repair_stock
from dashboard.inventory.store.standing import standing, stretch
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict
from dashboard.orders.store import reader, refresh
from tests.checking import assert_clean
from tests.factories import do, one, read, refused
from tests.inventory import tracking
from tests.inventory.test_repair import broken_conditions
from tests.inventory.tracking import LATER, SOON, TODAY, in_lots, lots, receive, serials

DAY = dt.date(2030, 1, 1)


def broken(*statements: str) -> None:
    """Raw SQL: no ledger row, no event."""
    db.write(lambda tx: [tx.connection.exec_driver_sql(sql) for sql in statements] and None)
    refresh()


def repair() -> None:
    do(repair_stock, RepairStock("A", "north", one("SELECT version FROM stock_balance")))


def lot(lot_id: int, day: int, units: int, picked: int = 0, aside: int = 0) -> Shelved:
    return Shelved(lot_id, DAY + dt.timedelta(days=day), units, picked, aside, units, aside)


@pytest.mark.parametrize(
    ("shelf", "on_hand", "after"),
    [
        ([lot(1, 5, 4), lot(2, 1, 3)], 7, {1: (4, 0), 2: (3, 0)}),
        ([lot(1, 5, 4), lot(2, 1, 3)], 5, {1: (4, 0), 2: (1, 0)}),
        ([lot(1, 5, 4), lot(2, 1, 3)], 9, {1: (4, 0), 2: (5, 0)}),
        ([lot(1, 5, 4), lot(2, 1, 3, picked=3)], 5, {1: (2, 0), 2: (3, 0)}),
        ([lot(1, 5, 4, picked=4), lot(2, 1, 3, aside=3)], 5, {1: (4, 0), 2: (1, 1)}),
        ([lot(1, 5, 4, picked=4)], 3, None),
        ([], 3, {}),
    ],
)
def test_lots_lose_what_expires_first_and_gain_where_it_is_promised_least(shelf, on_hand, after):
    assert wanted(shelf, on_hand) == after


@pytest.mark.parametrize(
    ("broken_by", "said", "after"),
    [
        (("UPDATE lot_stock SET units = units - 1 WHERE lot_id = 1",),
         "On hand is 7, lots have 6. Of 1 lot here the units differ from the movements.", {"L1": (3, 0, 0), "L2": (4, 0, 0)}),
        (("UPDATE stock_balance SET on_hand = 5",),
         "On hand is 5, its movements make 7. On hand is 5, lots have 7.", {"L1": (1, 0, 0), "L2": (4, 0, 0)}),
        (("UPDATE lot_stock SET units = units + 2 WHERE lot_id = 2",),
         "On hand is 7, lots have 9. Of 1 lot here the units differ from the movements.", {"L1": (1, 0, 0), "L2": (6, 0, 0)}),
        (("DELETE FROM lot_stock",), "On hand is 7, lots have 0.", {"UNKNOWN": (7, 0, 0)}),
    ],
)  # fmt: skip
def test_lots_that_do_not_make_on_hand_are_found_said_and_repaired(any_app, broken_by, said, after):
    tracking.shop()
    receive(7, lots(("L1", 3, SOON), ("L2", 4, LATER)))
    broken(*broken_by)
    assert broken_conditions()
    (found,) = stretch(reader(), 0).drifted

    repair()

    assert " ".join(found.sentences()) == said
    assert in_lots() == after
    assert read("SELECT reason FROM stock_movement ORDER BY id DESC LIMIT 1") == [("repair",)]
    logged = read("SELECT kind FROM lot_movement WHERE reason = 'repair'")
    assert logged == ([] if after == {"L1": (3, 0, 0), "L2": (4, 0, 0)} else [("adjusted",)] * len(logged))
    refresh()
    assert stretch(reader(), 0).drifted == [] and standing(reader(), 1)[0].named == 7 - 2 * ("on_hand = 5" in broken_by[0])
    if after != {"UNKNOWN": (7, 0, 0)}:  # a lot whose row is gone keeps its movements: nobody can repair history
        assert_clean()
    else:
        assert one("SELECT expires_on FROM lot WHERE code = 'UNKNOWN'") in (TODAY, TODAY.isoformat())


def test_serial_numbers_are_never_guessed(any_app):
    tracking.shop("serials")
    receive(2, serials("S1", "S2"))
    broken("UPDATE serial SET state = 'scrapped', location_id = NULL WHERE code = 'S1'")
    (found,) = stretch(reader(), 0).drifted
    assert found.sentences() == ["On hand is 2, serial numbers make 1."]

    error = refused(Conflict, repair_stock, RepairStock("A", "north", one("SELECT version FROM stock_balance")))

    assert "cannot be guessed" in error.message and error.facts["named"] == 1


def test_a_pick_that_hangs_on_a_lot_is_not_repaired_away(any_app):
    tracking.shop()
    receive(2, lots(("L1", 2, SOON)))
    broken("UPDATE lot_stock SET picked = 2", "UPDATE stock_balance SET on_hand = 1")

    error = refused(Conflict, repair_stock, RepairStock("A", "north", one("SELECT version FROM stock_balance")))

    assert "picked from lots" in error.message
    assert in_lots() == {"L1": (2, 2, 0)}
