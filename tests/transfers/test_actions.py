"""Transfers step by step: exact balances, ledger rows and events, and what is refused with nothing changed."""

import datetime as dt

import pytest

from dashboard.accounts import roles
from dashboard.inventory.commands import UpdateLocation
from dashboard.inventory.locations import update_location
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import db
from dashboard.kernel.errors import Conflict, Forbidden, IllegalTransition, InsufficientStock, Invalid, NotFound
from dashboard.transfers import store
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back, settle_loss
from dashboard.transfers.commands import (
    Arrival,
    CancelTransfer,
    DispatchTransfer,
    EditTransfer,
    Loss,
    ReceiveTransfer,
    SendBack,
    SettleLoss,
)
from dashboard.transfers.drafts import cancel_transfer, draft_transfer, edit_transfer
from tests.factories import do, dump, one, place, read, refused, shop, skus
from tests.invariants import assert_whole
from tests.transfers.acting import back, cancel, dispatch, draft, everywhere, lose, receive, sent, shelf, status, tally, wanted


def at(*places: str) -> Actor:
    return Actor("user", "2", "Tom", "warehouse", roles.permissions_for("warehouse", "user"), None, places)


def test_units_leave_one_shelf_and_enter_the_other_when_they_arrive(any_app):
    shop(north_A=10, south_A=1, north_B=4)

    number = draft(("a", 6), ("B", 2), expected_on=dt.date(2026, 11, 20), note="card 4111111111111111")
    assert shelf("A", "north") == (10, 0, 0)
    dispatch(number)
    assert (shelf("A", "north"), shelf("A", "south"), status(number)) == ((4, 0, 0), (1, 0, 0), "in_transit")
    receive(number, ("A", 3, 1))
    assert (shelf("A", "south"), tally(number), status(number)) == ((5, 0, 1), (6, 3, 1, 0, 0), "partially_received")
    receive(number)

    assert (shelf("A", "south"), shelf("B", "south"), status(number)) == ((7, 0, 1), (2, 0, 0), "received")
    moved = read("SELECT kind, on_hand, damaged, cause, reason FROM stock_movement WHERE cause = 'transfer:1' ORDER BY id")
    assert moved == [
        ("transferred_out", -6, 0, "transfer:1", None), ("transferred_out", -2, 0, "transfer:1", None),
        ("transferred_in", 4, 1, "transfer:1", "damaged"),
        ("transferred_in", 2, 0, "transfer:1", None), ("transferred_in", 2, 0, "transfer:1", None),
    ]  # fmt: skip
    assert one("SELECT count(*) FROM event WHERE entity = 'transfer'") == 4
    assert one("SELECT note FROM transfer") == "card [card ending 1111]"
    assert one("SELECT closed_at FROM transfer") is not None
    assert_whole()


def test_what_is_on_the_way_is_derived_from_open_lines(any_app):
    shop(north_A=10, south_A=0, north_B=4)
    first = sent(("A", 6), ("B", 2))
    sent(("A", 1), expected_on=dt.date(2026, 11, 19))
    draft(("A", 3))
    receive(first, ("A", 2, 1))
    ids = dict(read("SELECT code, id FROM sku"))

    with db.engine.connect() as connection:
        assert store.in_transit(connection, ids.values()) == {ids["A"]: 4, ids["B"]: 2}
        legs = store.on_the_way(connection, ids["A"])
    assert [(leg.number, leg.from_name, leg.to_name, leg.units) for leg in legs] == [
        ("T1002", "North", "South", 1), ("T1001", "North", "South", 3),
    ]  # fmt: skip


def test_all_leave_or_none(any_app):
    shop(north_A=10, south_A=0, north_B=1)
    number = draft(("A", 5), ("B", 2))

    short = [{"sku": "B", "location": "north", "wanted": 2, "available": 1}]
    refused(InsufficientStock, dispatch_transfer, DispatchTransfer(number), short=short)

    assert (shelf("A", "north"), status(number)) == ((10, 0, 0), "draft")


def test_allocated_units_are_never_taken(any_app):
    shop(north_A=10, south_A=0)
    place(("A", 7))
    refused(InsufficientStock, dispatch_transfer, DispatchTransfer(draft(("A", 4))))

    sent(("A", 3))

    assert shelf("A", "north") == (7, 7, 0)
    refused(InsufficientStock, dispatch_transfer, DispatchTransfer(draft(("A", 1))))
    assert_whole()


def test_a_receipt_is_done_once_per_key(any_app):
    shop(north_A=10, south_A=0)
    number = sent(("A", 6))

    for _ in range(2):
        saved = receive(number, ("A", 2), key="delivery-7", version=2)
        assert (saved.version, shelf("A", "south")) == (3, (2, 0, 0))
    assert_whole()


def test_a_loss_is_recorded_and_makes_no_stock(any_app):
    shop(north_A=10, south_A=0)
    number = sent(("A", 6))
    receive(number, ("A", 4))

    lose(number, ("A", 2), reason="stolen", note="by the gate")

    assert (tally(number), status(number)) == ((6, 4, 0, 2, 0), "received")
    assert (shelf("A", "north"), shelf("A", "south"), everywhere("A")) == ((4, 0, 0), (4, 0, 0), 10)
    step = one("SELECT kind, reason, note, lines, actor_name FROM transfer_step WHERE version = 4")
    assert step == ("settled", "stolen", "by the gate", '[{"sku":"A","lost":2}]', "Mia Ops")
    assert one("SELECT data FROM event WHERE type = 'TransferMoved' ORDER BY id DESC LIMIT 1").count('"stolen"') == 1
    assert_whole()


def test_what_is_sent_back_is_on_the_first_shelf_again(any_app):
    shop(north_A=10, south_A=0)
    whole, part = sent(("A", 2)), sent(("A", 6))
    receive(part, ("A", 1))

    assert back(whole).status == "cancelled"
    assert back(part).status == "received"

    assert (shelf("A", "north"), shelf("A", "south")) == ((9, 0, 0), (1, 0, 0))
    assert tally(part) == (6, 1, 0, 0, 5)
    assert_whole()


def test_a_draft_is_changed_and_cancelled_and_nothing_moves(any_app):
    shop(north_A=10, south_A=0, north_B=4)
    number = draft(("A", 5))

    do(edit_transfer, EditTransfer(number, 1, wanted(("B", 2), origin="south", target="north")))
    assert read("SELECT s.code, l.units FROM transfer_line l JOIN sku s ON s.id = l.sku_id") == [("B", 2)]
    assert cancel(number).status == "cancelled"

    assert one("SELECT count(*) FROM stock_movement WHERE cause LIKE 'transfer%'") == 0
    assert [row[0] for row in read("SELECT kind FROM transfer_step ORDER BY id")] == ["drafted", "edited", "cancelled"]
    assert_whole()


@pytest.mark.parametrize(("given", "field"), [
    (wanted(("A", 1), target="north"), "to_location"), (wanted(("A", 1), target="nowhere"), "to_location"),
    (wanted(("A", 1), origin=""), "from_location"), (wanted(("A", 1), target="closed"), "to_location"),
    (wanted(("A", 1), origin="closed"), "from_location"), (wanted(("A", 1), target="s\x00"), "to_location"),
    (wanted(), "lines"), (wanted(*[("A", 1)] * 501), "lines"), (wanted(("A", 0)), "lines.0.units"),
    (wanted(("A", -1)), "lines.0.units"), (wanted(("A", 2**31)), "lines.0.units"), (wanted(("A", 1.5)), "lines.0.units"),
    (wanted(("A", True)), "lines.0.units"), (wanted(("A", 1), ("NOPE", 1)), "lines.1.sku"), (wanted(("", 1)), "lines.0.sku"),
    (wanted(("A", 1), ("a", 2)), "lines.1.sku"), (wanted(("GIFT", 1)), "lines.0.sku"), (wanted(("\ud83d", 1)), "lines.0.sku"),
    (wanted(("A", 1), note="\x00"), "note"), (wanted(("A", 1), note="x" * 2001), "note"),
])  # fmt: skip
def test_a_malformed_draft_is_refused_and_names_the_field(app, given, field):
    shop(north_A=10, south_A=0, closed_A=0)
    skus("GIFT", kind="service")
    do(update_location, UpdateLocation("closed", 1, {"active": False}))
    kept = draft(("A", 1))

    assert field in refused(Invalid, draft_transfer, given).facts["fields"]
    assert field in refused(Invalid, edit_transfer, EditTransfer(kept, 1, given)).facts["fields"]


@pytest.mark.parametrize(("lines", "field"), [
    ((Arrival("A", 7),), "lines.0.received"), ((Arrival("A", 4), Arrival("a", 3)), "lines.1.received"),
    ((Arrival("A", 4, 3),), "lines.0.received"), ((Arrival("A", -1, 3),), "lines.0.received"),
    ((Arrival("A", 1, -1),), "lines.0.damaged"), ((Arrival("A", 2**31),), "lines.0.received"), ((Arrival("A", 1.5),), "lines.0.received"),
    ((Arrival("B", 1),), "lines.0.sku"), ((Arrival("A"),), "lines"), ((), "lines"),
])  # fmt: skip
def test_a_receipt_of_what_is_not_on_the_way_is_refused(app, lines, field):
    shop(north_A=10, south_A=0, north_B=5)
    number = sent(("A", 6))

    assert field in refused(Invalid, receive_transfer, ReceiveTransfer(number, lines)).facts["fields"]


@pytest.mark.parametrize(("lines", "reason", "field"), [
    ((Loss("A", 7),), "missing", "lines.0.units"), ((Loss("A", 0),), "missing", "lines.0.units"), ((), "missing", "lines"),
    ((Loss("A", 1),), "because", "reason"), ((Loss("B", 1),), "missing", "lines.0.sku"),
])  # fmt: skip
def test_a_loss_of_what_is_not_on_the_way_is_refused(app, lines, reason, field):
    shop(north_A=10, south_A=0, north_B=5)
    number = sent(("A", 6))

    assert field in refused(Invalid, settle_loss, SettleLoss(number, lines, reason)).facts["fields"]


def test_a_step_out_of_turn_or_on_an_old_version_is_a_conflict(any_app):
    shop(north_A=10, south_A=0)
    number = draft(("A", 6))
    refused(IllegalTransition, receive_transfer, ReceiveTransfer(number))
    refused(IllegalTransition, send_back, SendBack(number))
    refused(IllegalTransition, settle_loss, SettleLoss(number, (Loss("A", 1),), "missing"))
    refused(Conflict, dispatch_transfer, DispatchTransfer(number, version=7), version=1, status="draft")
    dispatch(number, version=1)

    refused(IllegalTransition, dispatch_transfer, DispatchTransfer(number))
    refused(IllegalTransition, cancel_transfer, CancelTransfer(number))
    refused(IllegalTransition, edit_transfer, EditTransfer(number, 2, wanted(("A", 1))))
    refused(Conflict, receive_transfer, ReceiveTransfer(number, version=1), in_transit={"A": 6})
    refused(Conflict, send_back, SendBack(number, version=1))
    receive(number, version=2)

    refused(IllegalTransition, receive_transfer, ReceiveTransfer(number))
    for wrong in ("T9999", "nope", "\x00", "x" * 5000):
        refused(NotFound, dispatch_transfer, DispatchTransfer(wrong))
    assert_whole()


def test_a_draft_waits_when_its_location_goes_out_of_use_and_goods_on_the_way_still_arrive(app):
    shop(north_A=10, south_A=0)
    waits, runs = draft(("A", 1)), sent(("A", 2))
    do(update_location, UpdateLocation("south", 1, {"active": False}))

    refused(Conflict, dispatch_transfer, DispatchTransfer(waits), locations=["south"])
    receive(runs)

    assert shelf("A", "south") == (2, 0, 0)


def test_people_dispatch_from_and_receive_at_their_own_locations(app):
    shop(north_A=90, south_A=0, east_A=0)
    number = draft(("A", 40), actor=at("south"))
    here, there, elsewhere = at("north"), at("south"), at("east")

    forbidden(elsewhere, draft_transfer, wanted(("A", 1)))
    forbidden(elsewhere, edit_transfer, EditTransfer(number, 1, wanted(("A", 1))))
    forbidden(elsewhere, cancel_transfer, CancelTransfer(number))
    forbidden(there, dispatch_transfer, DispatchTransfer(number))
    do(dispatch_transfer, DispatchTransfer(number), actor=here)
    forbidden(here, receive_transfer, ReceiveTransfer(number))
    forbidden(here, settle_loss, SettleLoss(number, (Loss("A", 1),), "missing"))
    forbidden(there, send_back, SendBack(number))
    forbidden(there, settle_loss, SettleLoss(number, (Loss("A", 21),), "missing"))
    do(settle_loss, SettleLoss(number, (Loss("A", 20),), "missing"), actor=there)
    do(receive_transfer, ReceiveTransfer(number), actor=there)

    assert tally(number) == (40, 20, 0, 20, 0)


def forbidden(actor, action, command):
    before = dump()
    with pytest.raises(Forbidden):
        do(action, command, actor=actor)
    assert dump() == before
