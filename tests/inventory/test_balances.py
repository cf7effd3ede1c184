"""The guard and the ledger: no bucket goes below nothing, whoever asks."""

import json

import pytest

from dashboard.inventory import balances
from dashboard.inventory.balances import Move
from dashboard.kernel import db
from dashboard.kernel.errors import InsufficientStock
from tests.factories import balance, do, dump, one, read, shop
from tests.invariants import assert_whole


def moved(**deltas):
    def action(tx, _command, actor, now):
        balances.move(tx, [Move(balances.at(tx, 1, 1), "state_changed", **deltas)], actor, now)

    do(action, None)


@pytest.mark.parametrize("deltas", [
    {"on_hand": -6}, {"allocated": 6}, {"held": 6}, {"damaged": 6}, {"quarantine": 6}, {"allocated": -1}, {"held": -1}, {"damaged": -1},
    {"quarantine": -1}, {"allocated": 3, "held": 3}, {"on_hand": 5, "damaged": 11},
])  # fmt: skip
def test_no_bucket_and_not_available_goes_below_nothing(any_app, deltas):
    shop(north_A=5)
    before = dump()
    with pytest.raises(InsufficientStock):
        moved(**deltas)
    assert dump() == before


def test_available_is_what_no_bucket_claims(any_app):
    shop(north_A=10)
    moved(allocated=1, held=2, damaged=3, quarantine=4)
    event = json.loads(read("SELECT data FROM event ORDER BY id DESC LIMIT 1")[0][0])
    assert (event["on_hand"], event["allocated"], event["available"]) == (10, 1, 0)
    assert event["change"] == {"allocated": 1, "held": 2, "damaged": 3, "quarantine": 4}


def test_two_moves_of_one_balance_are_two_ledger_rows_and_one_event(any_app):
    shop(north_A=10)
    events = one("SELECT count(*) FROM event")

    def action(tx, _command, actor, now):
        shelf = balances.at(tx, 1, 1)
        balances.move(tx, [Move(shelf, "returned", on_hand=2), Move(shelf, "returned", on_hand=3, damaged=3)], actor, now)

    do(action, None)
    assert one("SELECT count(*) FROM event") == events + 1
    event = json.loads(read("SELECT data FROM event ORDER BY id DESC LIMIT 1")[0][0])
    assert event["change"] == {"on_hand": 5, "damaged": 3}
    assert read("SELECT on_hand_after FROM stock_movement WHERE kind = 'returned' ORDER BY id") == [(12,), (15,)]
    assert balance("A", "north") == (15, 0)
    assert_whole()


def test_the_database_itself_refuses_an_oversell(any_app):
    shop(north_A=5)

    def by_hand(tx):
        tx.connection.exec_driver_sql("UPDATE stock_balance SET allocated = 6")

    with pytest.raises(Exception, match="no_oversell"):
        db.database().write(by_hand)


@pytest.mark.parametrize("statement", ["UPDATE stock_movement SET on_hand = 9", "DELETE FROM stock_movement"])
def test_the_ledger_is_append_only(any_app, statement):
    shop(north_A=5)
    with pytest.raises(Exception, match=r"(?i)append|never|change"):
        db.database().write(lambda tx: tx.connection.exec_driver_sql(statement))


def test_a_safety_stock_and_a_closed_location_are_not_sold(app):
    shop(north_A=5)
    db.database().write(lambda tx: tx.connection.exec_driver_sql("UPDATE stock_balance SET safety = 2"))
    db.database().write(lambda tx: _sellable(tx, 3))
    db.database().write(lambda tx: tx.connection.exec_driver_sql("UPDATE location SET active = 0"))
    db.database().write(lambda tx: _sellable(tx, 0))


def _sellable(tx, units):
    assert [row.sellable for row in balances.locked(tx, [1])[1]] == [units]
