"""Holds, notes and exceptions: what they stop, what they never stop, and what is refused."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits
from dashboard.fulfilment.actions import release_work, ship_parcel
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, ReleaseWork, ShipParcel
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders.actions import add_note, due_holds, place_hold, release_hold
from dashboard.orders.clearing_holds import release_ended
from dashboard.orders.commands import AddNote, OpenException, PlaceHold, ReleaseHold, ResolveException
from dashboard.orders.exceptions import open_exception, resolve_exception
from dashboard.orders.model import Order, OrderHold
from tests.checking import assert_clean
from tests.factories import NOW, do, dump, headlines, one, order_row, place, read, refused, shop, walk, work_of
from tests.invariants import assert_whole


def test_a_hold_stops_the_release_and_nothing_else(any_app):
    shop(north_A=5)
    placed = place(("A", 1))
    hold = do(place_hold, PlaceHold(placed.id, "fraud", "Card 4111 1111 1111 1111 looks odd"))
    assert headlines(placed.id)[3] == "on_hold"
    assert one("SELECT note FROM order_hold") == "Card [card ending 1111] looks odd"
    refused(Conflict, release_work, ReleaseWork(work_of(placed.id)), holds=1)
    do(release_hold, ReleaseHold(hold, "checked"))
    assert headlines(placed.id)[3] == "to_pick"
    do(release_work, ReleaseWork(work_of(placed.id)))
    assert_whole()


def test_two_holds_need_two_releases(app):
    shop(north_A=5)
    placed = place(("A", 1))
    holds = [do(place_hold, PlaceHold(placed.id, kind)) for kind in ("fraud", "address")]
    assert order_row(placed.id).open_holds == 2
    do(release_hold, ReleaseHold(holds[0]))
    assert headlines(placed.id)[3] == "on_hold"
    do(release_hold, ReleaseHold(holds[1]))
    assert headlines(placed.id)[3] == "to_pick"
    refused(Conflict, release_hold, ReleaseHold(holds[1]), released_by="Mia Ops")
    refused(NotFound, release_hold, ReleaseHold(999))


def test_a_hold_stops_shipping_of_what_is_packed(app):
    shop(north_A=5)
    placed = place(("A", 1))
    walk(placed.id, "packed")
    do(place_hold, PlaceHold(placed.id, "customer_request"))
    refused(Conflict, ship_parcel, ShipParcel(work_of(placed.id), "DHL", "1"))


def test_a_hold_never_stops_a_cancellation_and_ends_with_its_order(any_app):
    shop(north_A=5)
    placed, other = place(("A", 1)), place(("A", 1))
    for order_id, kind in ((placed.id, "address"), (placed.id, "fraud"), (other.id, "fraud")):
        do(place_hold, PlaceHold(order_id, kind))
    assert counted("on_hold") == 2
    do(cancel_order, CancelOrder(placed.id, "customer"))
    assert headlines(placed.id) == ("cancelled", "cancelled", "voided", "cancelled")
    assert order_row(placed.id).open_holds == 0
    assert ended(placed.id) == [("Mia Ops", "order cancelled"), ("Mia Ops", "order cancelled")]
    assert (counted("on_hold"), counted("cancelled")) == (1, 1)
    assert ended(other.id) == [(None, None)]
    told = [json.loads(row[0]) for row in read("SELECT data FROM event WHERE type = 'HoldReleased' ORDER BY id")]
    assert [(row["kind"], row["reason"]) for row in told] == [("address", "order cancelled"), ("fraud", "order cancelled")]
    assert_clean()


@pytest.mark.parametrize("by_count", [False, True])
def test_a_hold_ends_when_what_is_left_of_a_sent_order_is_cancelled(app, by_count):
    shop(north_A=1)
    placed = place(("A", 2), on_shortage="backorder")
    walk(placed.id, "shipped")
    do(place_hold, PlaceHold(placed.id, "stock"))
    assert headlines(placed.id)[3] == "on_hold"

    if by_count:
        do(cancel_units, CancelUnits(placed.id, {one("SELECT id FROM order_line"): 1}, "out_of_stock"))
    else:
        do(cancel_order, CancelOrder(placed.id, "out_of_stock"))

    assert headlines(placed.id)[::3] == ("completed", "in_transit")
    assert ended(placed.id) == [("Mia Ops", "nothing is left to send")]
    assert_clean()


def test_a_hold_that_was_left_on_a_cancelled_order_ends_by_the_clock(app):
    shop(north_A=5)
    placed = place(("A", 1))
    do(place_hold, PlaceHold(placed.id, "address"))
    do(cancel_order, CancelOrder(placed.id, "customer"))
    db.write(lambda tx: tx.execute(sa.update(OrderHold).values(released_at=None, released_by=None, release_reason=None)) and None)
    db.write(lambda tx: tx.execute(sa.update(Order).values(open_holds=1)) and None)

    assert [do(release_ended, None) for _ in range(2)] == [1, 0]

    assert ended(placed.id) == [("Mia Ops", "order cancelled")]
    assert_clean()


def ended(order_id):
    """(who released it, why) per hold of an order."""
    return read("SELECT released_by, release_reason FROM order_hold WHERE order_id = :id ORDER BY id", id=order_id)


def counted(view):
    return one("SELECT coalesce(sum(count), 0) FROM order_facet WHERE view = :view", view=view)


def test_a_hold_ends_by_itself_on_its_date(any_app):
    shop(north_A=5)
    placed = place(("A", 1))
    do(place_hold, PlaceHold(placed.id, "upsell_window", until=NOW + dt.timedelta(minutes=30)))
    do(place_hold, PlaceHold(placed.id, "manual", until=NOW + dt.timedelta(days=1)))
    assert do(due_holds, None, NOW + dt.timedelta(minutes=29)) == 0
    assert do(due_holds, None, NOW + dt.timedelta(minutes=30)) == 1
    assert order_row(placed.id).open_holds == 1
    assert do(due_holds, None, NOW + dt.timedelta(minutes=31)) == 0
    assert_whole()


def test_a_stale_version_is_a_conflict_that_says_the_current_one(any_app):
    shop(north_A=5)
    placed = place(("A", 1))
    do(add_note, AddNote(placed.id, "Called."))
    refused(Conflict, place_hold, PlaceHold(placed.id, "manual", version=1), version=2, seen=1)
    do(place_hold, PlaceHold(placed.id, "manual", version=2))
    assert order_row(placed.id).version == 3


@pytest.mark.parametrize(
    "given",
    [
        PlaceHold(1, "because"),
        PlaceHold(1, "manual", until=NOW),
        PlaceHold(1, "manual", "\ud800"),
        PlaceHold(1, "manual", "x" * 10_001),
    ],
)
def test_a_malformed_hold_is_refused(app, given):
    shop(north_A=5)
    place(("A", 1))
    refused(Invalid, place_hold, given)


def test_only_an_open_order_is_held(app):
    shop(north_A=5)
    shipped, gone = place(("A", 1)), place(("A", 1))
    walk(shipped.id, "shipped")
    do(cancel_order, CancelOrder(gone.id, "customer"))
    refused(Conflict, place_hold, PlaceHold(shipped.id, "manual"), status="completed")
    refused(Conflict, place_hold, PlaceHold(gone.id, "manual"), status="cancelled")
    refused(NotFound, place_hold, PlaceHold(999, "manual"))


def test_holds_in_one_transaction_are_counted_from_the_database(app):
    shop(north_A=5)
    placed = place(("A", 1))

    def twice(tx, order_id, actor, now):
        first = place_hold(tx, PlaceHold(order_id, "fraud"), actor, now)
        release_hold(tx, ReleaseHold(first), actor, now)
        place_hold(tx, PlaceHold(order_id, "address"), actor, now)

    do(twice, placed.id)
    assert order_row(placed.id).open_holds == 1
    assert_whole()


def test_a_release_reason_that_no_database_keeps_is_refused(any_app):
    shop(north_A=5)
    hold = do(place_hold, PlaceHold(place(("A", 1)).id, "manual"))
    refused(Invalid, release_hold, ReleaseHold(hold, "a\x00b"))
    refused(Invalid, release_hold, ReleaseHold(hold, "\udfff"))


def test_notes_are_kept_as_written_but_for_card_numbers(any_app):
    shop(north_A=5)
    placed = place(("A", 1))
    for body in ("<b>bold</b> & 'quoted'", "Паспорт 👾", "  indented\n\ttext  "):
        note = do(add_note, AddNote(placed.id, body))
        assert one("SELECT body FROM order_note WHERE id = :id", id=note) == body
    note = do(add_note, AddNote(placed.id, "paid with 5555-5555-5555-4444"))
    assert one("SELECT body FROM order_note WHERE id = :id", id=note) == "paid with [card ending 4444]"
    before = dump()
    for body in ("", " \n", "\x00", "\ud83d", "x" * 10_001):
        with pytest.raises(Invalid):
            do(add_note, AddNote(placed.id, body))
    with pytest.raises(NotFound):
        do(add_note, AddNote(999, "hello"))
    assert dump() == before


def test_one_trouble_is_one_exception(any_app):
    first = do(open_exception, OpenException("oversold", "No stock", facts={"sku": "A"}, key="oversold:1"))
    assert do(open_exception, OpenException("oversold", "No stock", key="oversold:1")) is None
    assert json.loads(one("SELECT facts FROM order_exception")) == {"sku": "A"}
    do(resolve_exception, ResolveException(first, "reordered"))
    refused(Conflict, resolve_exception, ResolveException(first), resolved_by="Mia Ops")
    refused(NotFound, resolve_exception, ResolveException(999))
    refused(Invalid, open_exception, OpenException("mystery", "?"))
    assert read("SELECT resolved_by FROM order_exception") == [("Mia Ops",)]
