"""Adjusting and receiving stock: exact balances and ledger rows, and what is refused."""

import pytest

from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid, NotFound
from tests.factories import balance, do, one, place, read, refused, shop, skus
from tests.invariants import assert_whole


def adjust(**more):
    return AdjustStock(**{"sku": "A", "location": "north", "reason": "counted", **more})


def test_a_change_is_a_ledger_row_and_an_event(any_app):
    shop(north_A=5)
    after = do(adjust_stock, adjust(sku="a", change=-2, note="dropped 4111111111111111"))
    assert (after.on_hand, after.allocated, after.available, after.version) == (3, 0, 3, 3)
    row = one(
        "SELECT kind, on_hand, on_hand_after, allocated_after, reason, note, actor_name FROM stock_movement WHERE kind = 'adjusted'"
    )
    assert row == ("adjusted", -2, 3, 0, "counted", "dropped [card ending 1111]", "Mia Ops")
    assert one("SELECT count(*) FROM event WHERE type = 'StockChanged'") == 2
    assert_whole()


def test_a_figure_is_set_only_over_the_one_that_was_seen(any_app):
    shop(north_A=5)
    assert do(adjust_stock, adjust(on_hand=8, expected=5)).on_hand == 8
    refused(Conflict, adjust_stock, adjust(on_hand=9, expected=5), on_hand=8, expected=5, wanted=9)
    before = one("SELECT count(*) FROM stock_movement")
    assert do(adjust_stock, adjust(on_hand=8, expected=8)).on_hand == 8
    assert one("SELECT count(*) FROM stock_movement") == before
    assert_whole()


def test_what_is_allocated_cannot_be_adjusted_away(any_app):
    shop(north_A=5)
    place(("A", 4))
    do(adjust_stock, adjust(change=-1))
    refused(InsufficientStock, adjust_stock, adjust(change=-1))
    refused(InsufficientStock, adjust_stock, adjust(on_hand=3, expected=4))
    assert balance("A", "north") == (4, 4)
    assert_whole()


@pytest.mark.parametrize("given", [
    adjust(), adjust(change=1, on_hand=2, expected=5), adjust(change=0), adjust(change=1, reason="because"), adjust(on_hand=1),
    adjust(on_hand=-1, expected=5), adjust(on_hand=2**31, expected=5), adjust(change=2**31), adjust(change=2**31 - 5),
    adjust(change=-(2**70)), adjust(change=1, note="\ud800"), adjust(change=1, note="a\x00"), adjust(change=1, key="x" * 121),
    adjust(sku="GIFT", change=1),
])  # fmt: skip
def test_a_malformed_adjustment_is_refused(app, given):
    shop(north_A=5)
    skus("GIFT", kind="service")
    refused(Invalid, adjust_stock, given)


@pytest.mark.parametrize("given", [
    {"sku": "NOPE"}, {"location": "nowhere"}, {"sku": "\ud83d"}, {"sku": "a\x00"}, {"location": "\ud83d"}, {"location": "n\x00"},
    {"sku": "x" * 5000}, {"location": "x" * 5000},
])  # fmt: skip
def test_an_unknown_sku_or_place_is_not_found(any_app, given):
    shop(north_A=5)
    refused(NotFound, adjust_stock, adjust(change=1, **given))


def test_one_key_moves_stock_once(any_app):
    shop(north_A=5)
    for _ in range(2):
        assert do(adjust_stock, adjust(change=2, key="count-7")).on_hand == 7
    for _ in range(2):
        assert do(receive_stock, ReceiveStock("A", "north", 3, key="delivery-1")).on_hand == 10
    assert_whole()


def test_receiving_makes_the_balance_when_the_sku_is_new_there(any_app):
    shop(north_A=5, south_B=0)
    assert do(receive_stock, ReceiveStock("A", "south", 7)).on_hand == 7
    assert balance("A", "south") == (7, 0)
    assert read("SELECT on_hand FROM stock_movement WHERE kind = 'received' ORDER BY id") == [(5,), (7,)]
    assert_whole()


@pytest.mark.parametrize("units", [0, -1, 2**31, 2**31 - 5])
def test_a_delivery_out_of_range_is_refused(app, units):
    shop(north_A=5)
    refused(Invalid, receive_stock, ReceiveStock("A", "north", units))
