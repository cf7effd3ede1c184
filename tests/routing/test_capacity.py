"""Capacity left today under many orders at once: a location that has room is given exactly its orders, then the next one is."""

from collections import Counter

import pytest

from dashboard.kernel import db
from dashboard.orders.store import reader, refresh
from dashboard.routing import load
from dashboard.routing.store import why
from tests.checking import assert_clean
from tests.concurrency.crowd import crowd
from tests.factories import NOW, one, order_row, place, read, stock
from tests.routing.test_rule_sets import at, switched

CALLERS, CALLS = 4, 5


@pytest.fixture
def limited(routed):
    """North takes 7 orders a day and comes first, south 13."""
    stock(north_A=100, south_A=100)
    switched("capacity_left_today", "location_priority", locations=[at("north")], capacity={at("north"): 7, at("south"): 13})
    return routed


def test_orders_that_come_at_once_pass_no_capacity_while_another_location_has_room(limited):
    outcomes = crowd(limited, CALLERS, CALLS, lambda caller, number: place(("A", 1), external_id=f"{caller}-{number}").created)

    assert outcomes == Counter({True: CALLERS * CALLS})
    given = "SELECT p.code, count(*) FROM fulfilment_order f JOIN location p ON p.id = f.location_id GROUP BY p.code"
    assert dict(read(given)) == {"north": 7, "south": 13}
    assert dict(read("SELECT p.code, l.orders FROM routing_load l JOIN location p ON p.id = l.location_id")) == {"north": 7, "south": 13}
    assert_clean()


def test_what_fits_into_no_day_leaves_on_a_later_one_and_says_why(limited):
    days = [order_row(place(("A", 1)).id).ship_by for _ in range(21 + 13 + 6)]

    assert len(set(days[:20])) == 1
    later = [sorted(set(days)).index(day) for day in days]
    assert later == [0] * 20 + [1] * 7 + [2] * 7 + [3] * 6  # all are full: the first in rank gets them, each day its seven
    assert one("SELECT orders FROM routing_load WHERE location_id = :id", id=at("north")) == 27
    refresh()
    because = why(reader(), 21)[0].because
    assert because.settled.endswith("North has been given 7 orders today at 7 a day: it is 1 working day behind.")
    assert "behind" not in why(reader(), 20)[0].because.settled
    assert_clean()


def test_a_claim_takes_all_or_nothing(limited):
    north, south = at("north"), at("south")
    claim = [(south, "Europe/London", 1), (north, "Europe/London", 1)]

    assert db.write(lambda tx: load.claim(tx, claim, NOW)) == {north: 0, south: 0}
    assert db.write(lambda tx: load.claim(tx, [(north, "Europe/London", None), (south, "Europe/London", 1)], NOW)) is None
    assert read("SELECT orders FROM routing_load ORDER BY location_id") == [(1,), (1,)]
