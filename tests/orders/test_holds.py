"""Holds, notes and exceptions: what they stop, what they never stop, and what is refused."""

import datetime as dt
import json

import pytest

from dashboard.fulfilment.actions import release_work, ship_parcel
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, ReleaseWork, ShipParcel
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders.actions import add_note, due_holds, place_hold, release_hold
from dashboard.orders.commands import AddNote, OpenException, PlaceHold, ReleaseHold, ResolveException
from dashboard.orders.exceptions import open_exception, resolve_exception
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


def test_a_hold_never_stops_a_cancellation(any_app):
    shop(north_A=5)
    placed = place(("A", 1))
    do(place_hold, PlaceHold(placed.id, "address"))
    do(cancel_order, CancelOrder(placed.id, "customer"))
    assert headlines(placed.id) == ("cancelled", "cancelled", "voided", "cancelled")
    assert_whole()


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
