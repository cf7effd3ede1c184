"""Capacity left today under many orders at once: a location that has room is given exactly its orders, then the next one is."""

from collections import Counter

import pytest

from dashboard.kernel import db
from dashboard.routing import load
from tests.checking import assert_clean
from tests.concurrency.crowd import crowd
from tests.factories import NOW, one, place, read, stock
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
    assert place(("A", 1)).created
    assert one("SELECT sum(orders) FROM routing_load") == CALLERS * CALLS + 1
    assert_clean()


def test_a_claim_takes_all_or_nothing(limited):
    north, south = at("north"), at("south")
    claim = [(south, "Europe/London", 1), (north, "Europe/London", 1)]

    assert db.write(lambda tx: load.claim(tx, claim, NOW)) is True
    assert db.write(lambda tx: load.claim(tx, [(north, "Europe/London", None), (south, "Europe/London", 1)], NOW)) is False
    assert read("SELECT orders FROM routing_load ORDER BY location_id") == [(1,), (1,)]
