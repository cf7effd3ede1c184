"""One rule promises every date: first come, first served, and no unit twice."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from dashboard.promises.rules import Arrival, Outcome, Share, Want, outcome, serve

DAY = dt.date(2026, 12, 1)
LATER = DAY + dt.timedelta(days=7)
days = st.integers(0, 20).map(lambda ahead: DAY + dt.timedelta(days=ahead))
wants = st.lists(st.integers(1, 12), max_size=8).map(lambda units: [Want(line, count) for line, count in enumerate(units, 1)])
arrivals = st.lists(st.tuples(days, st.integers(0, 15)), max_size=6).map(
    lambda found: [Arrival(day, key, units) for key, (day, units) in enumerate(found, 1)]
)
FAR = dt.date.max


def _day(shares):
    """When the last unit leaves, with the shelf before and nothing after every day."""
    due = outcome(shares)
    return dt.date.min if due.basis == "stock" else due.on or FAR


def test_the_first_in_line_gets_the_first_delivery_and_the_last_waits_without_a_date():
    found = serve([Want(1, 3), Want(2, 4), Want(3, 1)], 0, [Arrival(LATER, 8, 2), Arrival(DAY, 7, 5)])

    assert found[1] == (Share(3, "purchase", 7, DAY),)
    assert found[2] == (Share(2, "purchase", 7, DAY), Share(2, "purchase", 8, LATER))
    assert found[3] == (Share(1, "none"),)
    assert [outcome(found[line]) for line in (1, 2, 3)] == [
        Outcome("purchase", DAY, 7),
        Outcome("purchase", LATER, 8),
        Outcome("none"),
    ]


def test_what_is_on_the_shelf_goes_first():
    found = serve([Want(1, 2), Want(2, 2)], 3, [Arrival(DAY, 7, 5)])

    assert outcome(found[1]) == Outcome("stock")
    assert outcome(found[2]) == Outcome("purchase", DAY, 7)


def test_a_preorder_leaves_on_its_day_at_the_earliest_and_without_a_delivery_in_sight_just_then():
    assert outcome(serve([Want(1, 2)], 0, [], LATER)[1]) == Outcome("release", LATER)
    assert outcome(serve([Want(1, 2)], 0, [Arrival(DAY, 7, 2)], LATER)[1]) == Outcome("purchase", LATER, 7)
    assert outcome(serve([Want(1, 2)], 0, [Arrival(DAY, 7, 1)], LATER)[1]) == Outcome("none")


def test_a_line_of_several_skus_waits_for_the_last_and_without_a_date_when_one_has_none():
    early, late = Share(1, "purchase", 7, DAY), Share(1, "purchase", 8, LATER)

    assert outcome([late, early]) == Outcome("purchase", LATER, 8)
    assert outcome([early, Share(3, "stock")]) == Outcome("purchase", DAY, 7)
    assert outcome([early, Share(1, "none")]) == outcome([]) == Outcome("none")


@given(wants, st.integers(0, 20), arrivals, st.none() | days)
def test_every_line_is_accounted_for_and_no_unit_is_promised_twice(waiting, shelf, coming, release):
    found = serve(waiting, shelf, coming, release)

    assert {line: sum(share.units for share in shares) for line, shares in found.items()} == dict(waiting)
    given_away = {}
    for share in (share for shares in found.values() for share in shares):
        given_away[share.basis, share.key] = given_away.get((share.basis, share.key), 0) + share.units
    assert given_away.get(("stock", None), 0) <= shelf
    for arrival in coming:
        assert given_away.get(("purchase", arrival.key), 0) <= arrival.units
    if release is not None:
        assert ("stock", None) not in given_away
    unserved = sum(units for (basis, _), units in given_away.items() if basis in ("none", "release"))
    unserved -= min(shelf, sum(want.units for want in waiting)) if release is not None else 0  # there, and leaves on its day
    assert unserved == max(0, sum(want.units for want in waiting) - shelf - sum(arrival.units for arrival in coming))


@given(wants, st.integers(0, 20), arrivals, st.none() | days)
def test_nobody_is_promised_an_earlier_day_than_those_before(waiting, shelf, coming, release):
    found = [_day(shares) for shares in serve(waiting, shelf, coming, release).values()]

    assert found == sorted(found)
    assert release is None or all(day in (dt.date.min, FAR) or day >= release for day in found)


@given(wants, st.integers(0, 20), arrivals, st.randoms(use_true_random=False))
def test_the_order_in_which_deliveries_are_told_does_not_matter(waiting, shelf, coming, random):
    shuffled = random.sample(coming, len(coming))

    assert serve(waiting, shelf, shuffled) == serve(waiting, shelf, coming)


@given(wants.filter(bool), st.integers(0, 20), arrivals)
def test_who_leaves_the_line_delays_nobody(waiting, shelf, coming):
    before = serve(waiting, shelf, coming)
    after = serve(waiting[1:], shelf, coming)

    assert all(_day(after[line]) <= _day(before[line]) for line in after)
