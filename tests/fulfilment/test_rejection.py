"""A location that cannot send: another one does, or the units wait; and nobody is asked twice."""

import pytest

from dashboard.fulfilment.actions import pick_units, release_work, short_pick
from dashboard.fulfilment.backorders import allocate_order, fill_backorders
from dashboard.fulfilment.commands import AllocateOrder, FillBackorders, PickUnits, RejectWork, ReleaseWork, ShortPick
from dashboard.fulfilment.rejection import reject_work
from dashboard.kernel.errors import Conflict, IllegalTransition, Invalid, NotFound
from tests.factories import balance, do, headlines, line_rows, one, place, read, refused, shop, stock, work_of
from tests.invariants import assert_whole


def works(order_id):
    return read(
        "SELECT l.code, w.status FROM fulfilment_order w JOIN location l ON l.id = w.location_id WHERE w.order_id = :id ORDER BY w.id",
        id=order_id,
    )


def latest(order_id):
    return one("SELECT max(id) FROM fulfilment_order WHERE order_id = :id", id=order_id)


def buckets(order_id):
    return [(line.backordered, line.allocated, line.picked) for line in line_rows(order_id)]


@pytest.mark.parametrize("released", [False, True])
def test_what_one_location_rejects_another_sends(any_app, released):
    shop(north_A=5, south_A=2)
    placed = place(("A", 2))
    if released:
        do(release_work, ReleaseWork(work_of(placed.id)))

    do(reject_work, RejectWork(work_of(placed.id), "no_capacity"))

    assert works(placed.id) == [("north", "rejected"), ("south", "allocated")]
    assert (balance("A", "north"), balance("A", "south"), buckets(placed.id)) == ((5, 0), (2, 2), [(0, 2, 0)])
    assert read("SELECT sequence, cause FROM routing_decision WHERE order_id = :id ORDER BY sequence", id=placed.id) == [
        (1, "captured"),
        (2, "rejected"),
    ]
    assert headlines(placed.id)[3] == "to_pick"
    assert_whole()


def test_who_rejected_is_never_asked_again_but_by_a_person(any_app):
    shop(north_A=5, south_A=2)
    placed = place(("A", 2))
    do(reject_work, RejectWork(work_of(placed.id), "closed"))
    do(reject_work, RejectWork(latest(placed.id), "no_stock"))

    assert works(placed.id) == [("north", "rejected"), ("south", "rejected")]
    assert (buckets(placed.id), headlines(placed.id)[3]) == ([(2, 0, 0)], "out_of_stock")
    stock(north_A=5)
    assert do(fill_backorders, FillBackorders(one("SELECT id FROM sku"))) == 0
    assert do(allocate_order, AllocateOrder(placed.id)) == 2
    assert works(placed.id)[-1] == ("north", "allocated")
    assert_whole()


def test_a_rejection_does_not_keep_others_from_stock(any_app):
    shop(north_A=2)
    first = place(("A", 2))
    do(reject_work, RejectWork(work_of(first.id), "cannot_ship"))
    second = place(("A", 2), on_shortage="backorder")
    do(reject_work, RejectWork(work_of(second.id), "cannot_ship"))
    third = place(("A", 3), on_shortage="backorder")
    assert buckets(third.id) == [(1, 2, 0)]
    stock(north_A=1)
    assert do(fill_backorders, FillBackorders(one("SELECT id FROM sku"))) == 1
    assert [buckets(one_.id) for one_ in (first, second, third)] == [[(2, 0, 0)], [(2, 0, 0)], [(0, 3, 0)]]
    assert_whole()


def test_what_is_missing_at_one_location_another_sends(any_app):
    shop(north_A=5, south_A=2, south_B=0, north_B=4)
    placed = place(("A", 3), ("B", 1))
    work = work_of(placed.id)
    do(release_work, ReleaseWork(work))
    lines = [row[0] for row in read("SELECT id FROM fulfilment_line WHERE fulfilment_order_id = :id ORDER BY id", id=work)]
    do(pick_units, PickUnits(work, {lines[0]: 1, lines[1]: 1}))

    do(short_pick, ShortPick(work, "not_found"))

    assert works(placed.id) == [("north", "picked"), ("south", "allocated")]
    assert buckets(placed.id) == [(0, 2, 1), (0, 0, 1)]
    do(short_pick, ShortPick(_released(latest(placed.id)), "damaged"))
    assert works(placed.id) == [("north", "picked"), ("south", "rejected")], "north was short already: no loop"
    assert buckets(placed.id) == [(2, 0, 1), (0, 0, 1)]
    assert_whole()


def _released(work):
    do(release_work, ReleaseWork(work))
    return work


def test_a_location_that_was_short_sends_what_arrives_later(any_app):
    shop(north_A=1)
    placed = place(("A", 1))
    do(short_pick, ShortPick(_released(work_of(placed.id)), "not_found"))
    assert buckets(placed.id) == [(1, 0, 0)]
    stock(north_A=1)
    assert do(fill_backorders, FillBackorders(one("SELECT id FROM sku"))) == 1
    assert_whole()


def test_a_rejection_that_may_not_be_changes_nothing(any_app):
    shop(north_A=5, south_A=5)
    placed = place(("A", 2))
    work = work_of(placed.id)
    refused(Invalid, reject_work, RejectWork(work, "because"))
    refused(NotFound, reject_work, RejectWork(work + 1, "closed"))
    refused(Conflict, reject_work, RejectWork(work, "closed", version=9))
    do(release_work, ReleaseWork(work))
    do(pick_units, PickUnits(work, {one("SELECT id FROM fulfilment_line"): 1}))
    refused(Conflict, reject_work, RejectWork(work, "closed"))
    do(pick_units, PickUnits(work))
    refused(IllegalTransition, reject_work, RejectWork(work, "closed"))
    assert_whole()
