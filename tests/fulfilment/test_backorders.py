"""A queue of waiting orders longer than one transaction serves."""

import pytest

from dashboard.fulfilment.commands import RejectWork
from dashboard.fulfilment.rejection import reject_work
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from tests.factories import do, place, read, shop, work_of
from tests.invariants import assert_whole
from tests.queues import begin_filling, go_on


@pytest.fixture
def queue(app, monkeypatch):
    """Six orders of one unit; the first was rejected by the only location and is served by none."""
    monkeypatch.setattr("dashboard.fulfilment.backorders.MOST_ORDERS", 2)
    shop(north_A=1)
    first = place(("A", 1)).id
    do(reject_work, RejectWork(work_of(first), "no_stock"))
    do(receive_stock, ReceiveStock("A", "north", 3))
    later = [place(("A", 5), on_shortage="backorder").id for _ in range(5)]
    return first, later


def waits() -> list[int]:
    """Units that each order waits for, by order."""
    return [row[0] for row in read("SELECT backordered FROM order_line ORDER BY order_id")]


def test_a_long_queue_is_served_to_its_end(queue):
    assert waits() == [1, 1, 5, 5, 5, 5]
    do(receive_stock, ReceiveStock("A", "north", 20))

    assert begin_filling("A") == 1
    assert waits() == [1, 0, 5, 5, 5, 5]

    assert go_on() > 0
    assert waits() == [1, 0, 0, 0, 0, 1]
    assert_whole()


def test_where_nothing_is_left_nobody_goes_on(queue):
    begin_filling("A")
    assert go_on() <= 1
    assert waits() == [1, 1, 5, 5, 5, 5]
