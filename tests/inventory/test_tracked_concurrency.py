"""Eight threads at one lot and one serial number: nobody gets what somebody else took, and every unit stays accounted for."""

from dashboard.fulfilment.actions import pick_units
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PickUnits
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.expiry import AT_ONCE, expire_lots
from dashboard.kernel.errors import Conflict, IllegalTransition, InsufficientStock, Invalid
from tests.checking import assert_clean
from tests.concurrency.crowd import crowd
from tests.factories import NOW, do, place, step_work, work_of
from tests.inventory.tracking import LATER, SOON, buckets, in_lots, lines_of, lots, numbered, receive, serials, shop


def released(units: int) -> int:
    """A fulfilment order of one unit of A, ready to be picked."""
    work = work_of(place(("A", units)).id)
    step_work(work, "released")
    return work


def test_the_last_unit_of_a_lot_is_picked_once(any_app):
    shop()
    receive(9, lots(("L1", 1, SOON), ("L2", 8, LATER)))
    works = [released(1) for _ in range(8)]
    lines = [lines_of(work)[0] for work in works]

    def call(caller: int, _turn: int) -> str:
        do(pick_units, PickUnits(works[caller], given={lines[caller]: lots(("L1", 1))}))
        return "picked"

    assert crowd(any_app, 8, 1, call) == {"picked": 1, Conflict: 7}
    assert in_lots() == {"L1": (1, 1, 0), "L2": (8, 0, 0)}
    assert_clean()


def test_one_serial_number_goes_to_one_order(any_app):
    shop("serials")
    receive(8, serials(*(f"S{number}" for number in range(8))))
    works = [released(1) for _ in range(8)]
    lines = [lines_of(work)[0] for work in works]

    def call(caller: int, _turn: int) -> str:
        do(pick_units, PickUnits(works[caller], given={lines[caller]: serials("S1")}))
        return "picked"

    outcomes = crowd(any_app, 8, 1, call)

    assert outcomes["picked"] == 1 and set(outcomes) <= {"picked", Invalid, Conflict}
    assert [state for state, _ in numbered().values()].count("picked") == 1
    assert_clean()


def test_a_new_lot_is_made_once_and_everything_at_once_stays_whole(any_app):
    """Receipts, picks, cancellations, losses and the clock on the same lots."""
    shop()
    receive(20, lots(("L1", 10, SOON), ("L2", 10, LATER)))
    orders = [place(("A", 1)).id for _ in range(8)]
    works = [work_of(order) for order in orders]
    for work in works:
        step_work(work, "released")
    late = NOW.replace(year=NOW.year + 1)

    def call(caller: int, turn: int) -> str:
        if caller < 2:
            do(receive_stock, ReceiveStock("A", "north", 1, given=lots((f"N{turn}", 1, LATER))))
        elif caller < 4:
            do(adjust_stock, AdjustStock("A", "north", "lost", change=-1))
        elif caller < 6:
            do(pick_units, PickUnits(works[(caller - 4) * 4 + turn]))
        elif caller == 6:
            do(cancel_order, CancelOrder(orders[turn * 2], "customer"))
        else:
            do(expire_lots, AT_ONCE, late if turn == 3 else NOW)
        return "done"

    outcomes = crowd(any_app, 8, 4, call)

    assert set(outcomes) <= {"done", Conflict, IllegalTransition, InsufficientStock}, outcomes
    assert sum(units for units, _, _ in in_lots().values()) == buckets()[0]
    assert_clean()
