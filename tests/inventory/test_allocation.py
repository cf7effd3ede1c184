"""Tying units to lines and freeing them: rows, balances and ledger move together."""

import pytest

from dashboard.inventory import allocation
from dashboard.inventory.commands import Take
from tests.factories import balance, do, dump, place, read, shop
from tests.invariants import assert_whole


def test_what_is_tied_says_to_which_line(any_app):
    shop(north_A=2, south_A=2)
    placed = place(("A", 1), ("A", 3))
    rows = read("SELECT l.position, p.code, a.units FROM allocation a JOIN order_line l ON l.id = a.order_line_id"
                " JOIN location p ON p.id = a.location_id ORDER BY l.position, p.code")  # fmt: skip
    assert rows == [(1, "north", 1), (2, "north", 1), (2, "south", 2)]
    assert sum(take.units for take in do(lambda tx, order_id, *_: allocation.open_of(tx, order_id), placed.id)) == 4
    assert_whole()


def test_freeing_more_than_is_tied_is_a_fault_that_changes_nothing(any_app):
    shop(north_A=5)
    placed = place(("A", 2))
    line = placed.captured.lines[0].id
    before = dump()
    for free in (
        allocation.release,
        lambda tx, takes, order_id, actor, now: allocation.ship(tx, takes, order_id, "test", actor, now),
    ):
        with pytest.raises(RuntimeError, match="do not cover"):
            do(lambda tx, _, actor, now, free=free: free(tx, [Take(line, 1, 1, 3)], placed.id, actor, now), None)
    assert dump() == before
    assert balance("A", "north") == (5, 2)
