"""Eight threads at one SKU: transfers and orders together never take more than there is, and nothing is counted twice."""

import pytest

from dashboard.kernel.errors import Conflict, IllegalTransition, InsufficientStock, Invalid
from tests.concurrency.crowd import crowd
from tests.factories import one, place, shop
from tests.invariants import assert_whole
from tests.transfers.acting import back, dispatch, draft, everywhere, receive, sent, shelf, tally


def test_transfers_and_orders_on_one_sku_never_oversell(any_app):
    shop(north_A=30, south_A=0, east_A=0)
    numbers = {(caller, turn): draft(("A", 2), target="south" if caller % 2 else "east") for caller in range(4) for turn in range(5)}

    def call(caller: int, turn: int) -> str:
        if caller < 4:
            dispatch(numbers[caller, turn])
            return "sent"
        place(("A", 1))
        return "ordered"

    outcomes = crowd(any_app, 8, 5, call)

    assert set(outcomes) <= {"sent", "ordered", InsufficientStock}, outcomes
    taken = outcomes["sent"] * 2 + outcomes["ordered"]
    assert taken in (29, 30)
    on_hand, allocated, _ = shelf("A", "north")
    assert (on_hand, allocated) == (30 - outcomes["sent"] * 2, outcomes["ordered"])
    assert everywhere("A") == 30
    assert_whole()


def test_one_transfer_is_dispatched_once_however_many_try(any_app):
    shop(north_A=30, south_A=0)
    number = draft(("A", 3))

    outcomes = crowd(any_app, 8, 2, lambda _caller, _turn: dispatch(number).status)

    assert outcomes == {"in_transit": 1, IllegalTransition: 15}
    assert shelf("A", "north")[0] == 27
    assert_whole()


@pytest.mark.parametrize("way", ["receive", "back"])
def test_units_on_the_way_arrive_once(any_app, way):
    shop(north_A=30, south_A=0)
    number = sent(("A", 9))

    def call(caller: int, turn: int) -> str:
        if way == "back" and caller == 0 and turn == 1:
            back(number)
            return "back"
        receive(number, ("A", 1))
        return "received"

    outcomes = crowd(any_app, 8, 2, call)

    assert set(outcomes) <= {"received", "back", Invalid, IllegalTransition, Conflict}, outcomes
    sent_, received, damaged, lost, returned = tally(number)
    assert (sent_, received + returned, damaged, lost, received) == (9, 9, 0, 0, outcomes["received"])
    assert shelf("A", "south")[0] == received
    assert everywhere("A") == 30
    assert_whole()


def test_two_transfers_of_the_same_skus_the_other_way_round_do_not_wait_for_each_other(any_app):
    shop(north_A=50, north_B=50, south_A=50, south_B=50)
    there = [[draft(("A", 1), ("B", 1)) for _ in range(4)] for _ in range(4)]
    here = [[draft(("B", 1), ("A", 1), origin="south", target="north") for _ in range(4)] for _ in range(4)]

    def call(caller: int, turn: int) -> str:
        number = (there if caller % 2 else here)[caller // 2][turn]
        dispatch(number)
        return receive(number).status

    assert crowd(any_app, 8, 4, call) == {"received": 32}
    assert one("SELECT count(*) FROM stock_movement WHERE cause LIKE 'transfer:%'") == 128
    assert_whole()
