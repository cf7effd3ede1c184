"""From release to the customer's door: every unit in exactly one place, every refusal leaves all as it was."""

import pytest

from dashboard.fulfilment import services
from dashboard.fulfilment.actions import pack_units, pick_units, release_work, ship_parcel, short_pick
from dashboard.fulfilment.commands import MoveParcel, PackUnits, PickUnits, ReleaseWork, ShipParcel, ShortPick
from dashboard.fulfilment.parcels import move_parcel
from dashboard.kernel.errors import Conflict, IllegalTransition, Invalid, NotFound
from dashboard.payments.actions import authorize_payment
from dashboard.payments.commands import AuthorizePayment
from tests.factories import balance, do, headlines, line_rows, one, order_row, place, read, refused, shop, skus, walk, work_of
from tests.invariants import assert_whole


def lines_of(work_id):
    return [row[0] for row in read("SELECT id FROM fulfilment_line WHERE fulfilment_order_id = :id ORDER BY id", id=work_id)]


def buckets(order_id):
    return [
        (line.backordered, line.allocated, line.picked, line.packed, line.shipped, line.delivered) for line in line_rows(order_id)
    ]


def test_one_order_all_the_way(any_app):
    shop(north_A=5, north_B=5)
    placed = place(("A", 2), ("B", 1))
    work = work_of(placed.id)
    seen = []
    for action, command in (
        (release_work, ReleaseWork(work)),
        (pick_units, PickUnits(work)),
        (pack_units, PackUnits(work)),
        (ship_parcel, ShipParcel(work, " DHL ", " 00340434 ", 1200)),
    ):
        do(action, command)
        seen.append((*headlines(placed.id)[1::2], balance("A", "north")))
        assert_whole()
    assert seen == [
        ("released", "to_pick", (5, 2)), ("picked", "to_pack", (5, 2)), ("packed", "to_ship", (5, 2)), ("shipped", "in_transit", (3, 0)),
    ]  # fmt: skip
    parcel = one("SELECT id FROM parcel WHERE carrier = 'DHL' AND tracking_number = '00340434'")
    for status, phase in (("in_transit", "in_transit"), ("failed_attempt", "delivery_problem"), ("delivered", "delivered")):
        do(move_parcel, MoveParcel(parcel, status))
        assert headlines(placed.id)[3] == phase
    assert buckets(placed.id) == [(0, 0, 0, 0, 2, 2), (0, 0, 0, 0, 1, 1)]
    assert one("SELECT status FROM fulfilment_order") == "closed"
    assert_whole()


def test_picking_and_packing_in_parts(any_app):
    shop(north_A=5, north_B=5)
    placed = place(("A", 3), ("B", 2))
    work = work_of(placed.id)
    a, b = lines_of(work)
    do(release_work, ReleaseWork(work))
    do(pick_units, PickUnits(work, {a: 2}))
    assert headlines(placed.id)[1::2] == ("picking", "to_pick")
    assert buckets(placed.id)[0] == (0, 1, 2, 0, 0, 0)
    refused(Invalid, pick_units, PickUnits(work, {a: 2}))
    refused(IllegalTransition, pack_units, PackUnits(work, {a: 1}))
    do(pick_units, PickUnits(work, {a: 1, b: 2}))
    assert headlines(placed.id)[1] == "picked"
    do(pack_units, PackUnits(work, {b: 2}))
    assert headlines(placed.id)[1::2] == ("packing", "to_pack")
    refused(IllegalTransition, ship_parcel, ShipParcel(work, "DHL", "1"))
    do(pack_units, PackUnits(work, errors=1))
    assert headlines(placed.id)[1] == "packed"
    assert one("SELECT pack_errors FROM fulfilment_order") == 1
    assert one("SELECT summary FROM order_exception WHERE kind = 'pack_error'") == "10001-1: packing found 1 wrong item"
    assert_whole()


def test_steps_out_of_turn_are_refused(app):
    shop(north_A=5)
    placed = place(("A", 1))
    work = work_of(placed.id)
    for action, command in (
        (pick_units, PickUnits(work)),
        (pack_units, PackUnits(work)),
        (ship_parcel, ShipParcel(work, "DHL", "1")),
    ):
        refused((IllegalTransition, Invalid), action, command)
    walk(placed.id, "shipped")
    for action, command in (
        (release_work, ReleaseWork(work)), (pick_units, PickUnits(work)), (pack_units, PackUnits(work)),
        (ship_parcel, ShipParcel(work, "DHL", "1")), (short_pick, ShortPick(work)),
    ):  # fmt: skip
        refused((IllegalTransition, Invalid, Conflict), action, command)
    for action, command in (
        (release_work, ReleaseWork(99)),
        (pick_units, PickUnits(99)),
        (move_parcel, MoveParcel(99, "delivered")),
    ):
        refused(NotFound, action, command)


def test_units_that_are_not_there_are_refused(app):
    shop(north_A=5)
    work = work_of(place(("A", 2)).id)
    (line,) = lines_of(work)
    do(release_work, ReleaseWork(work))
    for units in ({line: 3}, {line: -1}, {999: 1}, {line: 0}, {}):
        refused(Invalid, pick_units, PickUnits(work, units))


@pytest.mark.parametrize(
    ("carrier", "number"), [("", "1"), ("DHL", " "), ("D\x00", "1"), ("DHL", "\ud800"), ("x" * 41, "1"), ("DHL", "x" * 61)]
)
def test_a_parcel_needs_a_carrier_and_a_number(app, carrier, number):
    shop(north_A=5)
    placed = place(("A", 1))
    walk(placed.id, "packed")
    refused(Invalid, ship_parcel, ShipParcel(work_of(placed.id), carrier, number))


def test_a_stale_version_is_a_conflict(app):
    shop(north_A=5)
    work = work_of(place(("A", 1)).id)
    do(release_work, ReleaseWork(work, version=1))
    for action, command in (
        (release_work, ReleaseWork(work, 1)),
        (pick_units, PickUnits(work, None, 1)),
        (short_pick, ShortPick(work, version=1)),
    ):
        refused(Conflict, action, command, version=2, seen=1, status="released")


def test_a_short_pick_splits_the_rest_off(any_app):
    shop(north_A=5, north_B=5)
    placed = place(("A", 3), ("B", 2))
    work = work_of(placed.id)
    a, _ = lines_of(work)
    do(release_work, ReleaseWork(work))
    do(pick_units, PickUnits(work, {a: 3}))
    refused(Invalid, short_pick, ShortPick(work, "lazy"))
    do(short_pick, ShortPick(work, "not_found"))
    assert headlines(placed.id)[1::2] == ("picked", "to_pack")
    assert buckets(placed.id) == [(0, 0, 3, 0, 0, 0), (2, 0, 0, 0, 0, 0)]
    assert balance("B", "north") == (5, 0)
    assert one("SELECT quarantine FROM stock_balance b JOIN sku s ON s.id = b.sku_id WHERE s.code = 'B'") == 2
    walk(placed.id, "shipped")
    assert headlines(placed.id)[:2] == ("open", "partially_shipped")
    assert headlines(placed.id)[3] == "out_of_stock"
    assert_whole()


def test_a_short_pick_of_everything_rejects_the_work(any_app):
    shop(north_A=5)
    placed = place(("A", 3))
    work = work_of(placed.id)
    do(release_work, ReleaseWork(work))
    do(short_pick, ShortPick(work, "damaged"))
    assert one("SELECT status FROM fulfilment_order") == "rejected"
    assert headlines(placed.id)[1::2] == ("backordered", "out_of_stock")
    assert one("SELECT on_hand, allocated, damaged FROM stock_balance") == (5, 0, 3)
    assert_whole()


def test_an_order_over_two_locations_ships_in_two_parcels(any_app):
    shop(north_A=2, south_A=2)
    placed = place(("A", 4))
    first, second = (row[0] for row in read("SELECT id FROM fulfilment_order ORDER BY id"))
    for action, command in ((release_work, ReleaseWork), (pick_units, PickUnits), (pack_units, PackUnits)):
        do(action, command(first))
    assert order_row(placed.id).work == "allocated"
    do(ship_parcel, ShipParcel(first, "DHL", "1"))
    assert headlines(placed.id)[:2] == ("open", "partially_shipped")
    assert (balance("A", "north"), balance("A", "south")) == ((0, 0), (2, 2))
    walk(placed.id, "shipped")
    assert headlines(placed.id)[:2] == ("completed", "shipped")
    do(move_parcel, MoveParcel(read("SELECT min(id) FROM parcel")[0][0], "delivered"))
    assert headlines(placed.id)[1::2] == ("shipped", "in_transit")
    walk(placed.id, "delivered")
    assert headlines(placed.id)[1::2] == ("delivered", "delivered")
    assert_whole()


def test_services_leave_with_the_last_goods(any_app):
    shop(north_A=2, south_A=2)
    skus("GIFT", kind="service")
    placed = place(("A", 4), ("GIFT", 1))
    first, second = (row[0] for row in read("SELECT id FROM fulfilment_order ORDER BY id"))
    for work, shipped in ((first, 0), (second, 1)):
        for action, command in ((release_work, ReleaseWork), (pick_units, PickUnits), (pack_units, PackUnits)):
            do(action, command(work))
        do(ship_parcel, ShipParcel(work, "DHL", str(work)))
        assert line_rows(placed.id)[1].shipped == shipped
    walk(placed.id, "delivered")
    assert headlines(placed.id)[:2] == ("completed", "delivered")
    assert_whole()


def test_a_parcel_that_has_arrived_moves_no_more(app):
    shop(north_A=5)
    placed = place(("A", 1))
    walk(placed.id, "delivered")
    before = order_row(placed.id)
    parcel = one("SELECT id FROM parcel")
    for status in ("in_transit", "exception", "delivered", "lost"):
        assert do(move_parcel, MoveParcel(parcel, status)) == placed.id
    assert order_row(placed.id) == before
    refused(Invalid, move_parcel, MoveParcel(parcel, "teleported"))


def test_services_alone_are_handed_over_once_they_are_paid(any_app):
    skus("GIFT", kind="service")
    placed = place(("GIFT", 2), paid=False)
    assert headlines(placed.id)[3] == "payment_due"

    def hand_over(tx, order_id, actor, now):
        return services.hand_over_alone(tx, order_id, actor, now)

    assert not do(hand_over, placed.id)
    do(authorize_payment, AuthorizePayment(placed.id, 2000))
    assert headlines(placed.id)[3] == "to_route"
    assert do(hand_over, placed.id)
    assert headlines(placed.id)[:2] == ("completed", "delivered")
    assert not do(hand_over, placed.id)
    assert_whole()


def test_work_that_is_with_the_pickers_is_not_released_again(any_app):
    shop(north_A=5)
    placed = place(("A", 2))
    work = work_of(placed.id)
    version = do(release_work, ReleaseWork(work))
    told = one("SELECT count(*) FROM event")

    assert do(release_work, ReleaseWork(work)) == version

    assert (order_row(placed.id).version, one("SELECT count(*) FROM event")) == (version, told)
