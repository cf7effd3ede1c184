"""Bins: units are put away, moved, picked and lost without one being made or sold twice; what bins refuse changes nothing."""

import threading

import pytest

from dashboard.fulfilment import store
from dashboard.fulfilment.actions import pick_units, short_pick
from dashboard.fulfilment.commands import PickUnits, ShortPick
from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway, UpdateBin
from dashboard.inventory.bins import create_bins, update_bin
from dashboard.inventory.commands import AdjustStock
from dashboard.inventory.putting import move_units, put_away
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, DomainError, Forbidden, InsufficientStock, Invalid, NotFound
from tests.factories import do, locations, one, place, read, refused, shop, skus, stock, walk, work_of
from tests.invariants import assert_whole

TOM = Actor("user", "2", "Tom", "warehouse", locations=("south",))


@pytest.fixture
def bins(any_app):
    _open()


@pytest.fixture
def here(app):
    """On one database, for what is refused before it is asked."""
    _open()


def _open():
    """north: A-01, A-02 to pick from, CAGE is not; ten A and one B on hand there, in no bin. south: Z-01."""
    shop(north_A=10, north_B=1, south_A=5)
    do(create_bins, CreateBins("north", ("a-01", "A-02")))
    do(create_bins, CreateBins("north", ("CAGE",), 900, pickable=False))
    do(create_bins, CreateBins("south", ("Z-01",)))


def contents(sku="A"):
    rows = read(
        "SELECT b.code, s.units FROM bin_stock s JOIN bin b ON b.id = s.bin_id JOIN sku k ON k.id = s.sku_id"
        " WHERE k.code = :sku AND s.units > 0", sku=sku,
    )  # fmt: skip
    return dict(rows)


def quarantine(sku="A"):
    return one(
        "SELECT b.quarantine FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id"
        " WHERE s.code = :sku AND l.code = 'north'", sku=sku,
    )  # fmt: skip


def put(units, code="A-01", **more):
    return PutAway("A", "north", code, units, **more)


def test_units_are_put_away_moved_and_taken_out_again(bins):
    assert do(put_away, put(6)) == ("A", "A-01", 6, 6, 4)
    assert do(move_units, MoveUnits("a", "north", "a-01", "A-02", 2)) == ("A", "A-02", 2, 2, 4)
    assert do(move_units, MoveUnits("A", "north", "A-02", "", 1)) == ("A", "", 1, 0, 5)

    assert contents() == {"A-01": 4, "A-02": 1}
    story = [("put_away", 6, 6), ("moved_out", -2, 4), ("moved_in", 2, 2), ("moved_out", -1, 1)]
    assert read("SELECT kind, units, units_after FROM bin_movement ORDER BY id") == story
    assert quarantine() == 0
    assert_whole()


def test_units_in_a_bin_that_is_not_picked_from_cannot_be_sold(bins):
    do(put_away, put(4, "CAGE"))
    assert quarantine() == 4
    with pytest.raises(InsufficientStock):
        place(("A", 12))

    do(move_units, MoveUnits("A", "north", "CAGE", "A-01", 3))
    assert quarantine() == 1
    place(("A", 12))
    assert_whole()


def test_units_that_are_allocated_cannot_be_set_aside(bins):
    do(put_away, put(10))
    place(("A", 8))
    error = refused(InsufficientStock, move_units, MoveUnits("A", "north", "A-01", "CAGE", 3), available=2, allocated=8)
    assert "fields" in error.facts and error.status == 409


@pytest.mark.parametrize(("bucket", "state"), [("quarantine", "quarantine"), ("damaged", "damaged")])
def test_units_that_were_set_aside_before_are_not_set_aside_twice(bins, bucket, state):
    order = place(("A", 3))
    walk(order.id, "released")
    reason = "damaged" if bucket == "damaged" else "not_found"
    do(short_pick, ShortPick(work_of(order.id, "released"), reason))
    refused(InsufficientStock, put_away, put(4, "CAGE", state=state))

    do(put_away, put(3, "CAGE", state=state))

    assert quarantine() == 3
    assert one("SELECT sum(damaged) FROM stock_balance") == 0
    assert_whole()


def test_a_pick_takes_units_out_of_the_bin_that_was_told_and_shipping_takes_none_twice(bins):
    do(put_away, put(3, "A-01"))
    do(put_away, put(4, "A-02"))
    order = place(("A", 5))
    walk(order.id, "released")
    work = work_of(order.id)
    line = one("SELECT id FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work)

    do(pick_units, PickUnits(work, {line: 2}, told={line: ("A-02",)}))
    assert contents() == {"A-01": 3, "A-02": 2}
    do(pick_units, PickUnits(work))
    assert contents() == {"A-02": 2}
    walk(order.id, "shipped")

    assert contents() == {"A-02": 2}
    assert read("SELECT kind, cause FROM bin_movement WHERE units = -3") == [("picked", f"fulfilment_order:{work}")]
    assert_whole()


def test_a_pick_from_a_bin_that_does_not_exist_is_refused(here):
    order = place(("A", 2))
    walk(order.id, "released")
    work = work_of(order.id)
    line = one("SELECT id FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work)
    for code in ("NOPE", "Z-01", "a\x00"):
        refused(Invalid, pick_units, PickUnits(work, told={line: (code,)}))


def test_what_leaves_otherwise_leaves_no_bin_first_then_bins_backwards(bins):
    do(put_away, put(3, "A-01"))
    do(put_away, put(4, "A-02"))
    do(put_away, put(2, "CAGE"))

    do(adjust_stock, AdjustStock("A", "north", "lost", change=-3))  # one lay in no bin

    assert contents() == {"A-01": 3, "A-02": 2, "CAGE": 2}
    do(adjust_stock, AdjustStock("A", "north", "lost", on_hand=2, expected=7))
    assert contents() == {"CAGE": 2}
    assert_whole()


@pytest.mark.parametrize(("given", "field"), [
    (put(0), "units"), (put(-1), "units"), (put(2**31), "units"), (put(1, "NOPE"), "bin"), (put(1, ""), "bin"),
    (put(1, "Z-01"), "bin"), (put(1, "x" * 99), "bin"), (put(1, "a\x00"), "bin"), (put(1, state="quarantine"), "state"),
    (put(1, "CAGE", state="eaten"), "state"),
])  # fmt: skip
def test_bad_input_is_named_by_field_and_changes_nothing(here, given, field):
    assert field in refused(Invalid, put_away, given).facts["fields"]


@pytest.mark.parametrize(("given", "field"), [
    (MoveUnits("A", "north", "A-01", "A-01", 1), "to_bin"), (MoveUnits("A", "north", "A-01", "Z-01", 1), "to_bin"),
    (MoveUnits("A", "north", "", "A-01", 1), "from_bin"), (MoveUnits("A", "north", "A-01", "A-02", 0), "units"),
])  # fmt: skip
def test_a_move_to_nowhere_or_to_itself_is_refused(here, given, field):
    do(put_away, put(2))
    assert field in refused(Invalid, move_units, given).facts["fields"]


def test_more_than_lies_there_is_refused_with_what_does(here):
    refused(InsufficientStock, put_away, put(11), loose=10)
    do(put_away, put(2))
    refused(InsufficientStock, move_units, MoveUnits("A", "north", "A-01", "A-02", 3), in_bin=2)
    refused(NotFound, put_away, PutAway("NOPE", "north", "A-01", 1))
    refused(NotFound, put_away, PutAway("A", "nowhere", "A-01", 1))


def test_people_work_at_their_own_locations(here):
    with pytest.raises(Forbidden):
        do(put_away, put(1), actor=TOM)


def test_a_bin_changes_while_it_is_empty_and_as_it_was_seen(bins):
    do(put_away, put(2))
    refused(Conflict, update_bin, UpdateBin("north", "A-01", 1, 0, True, False), units=2)
    refused(Conflict, update_bin, UpdateBin("north", "A-01", 1, 0, False, True), units=2)
    assert do(update_bin, UpdateBin("north", "A-01", 1, 50, True, True)).version == 2
    refused(Conflict, update_bin, UpdateBin("north", "A-01", 1, 60, True, True), version=2)
    do(update_bin, UpdateBin("north", "A-02", 1, 1, True, False))
    assert "not in use" in refused(Invalid, put_away, put(1, "A-02")).message


@pytest.mark.parametrize(("given", "field"), [
    (CreateBins("north", ()), "codes"), (CreateBins("north", ("-x",)), "codes"), (CreateBins("north", ("X" * 31,)), "codes"),
    (CreateBins("north", ("B",), -1), "pick_order"), (CreateBins("north", ("B",), 10**6), "pick_order"),
    (CreateBins("north", tuple(f"B{n}" for n in range(201))), "codes"),
])  # fmt: skip
def test_a_bin_needs_a_code_and_a_place_in_the_walk(here, given, field):
    assert field in refused(Invalid, create_bins, given).facts["fields"]


def test_a_code_is_taken_once_per_location(here):
    refused(Conflict, create_bins, CreateBins("north", ("B-1", "a-01")), codes=["A-01"])
    do(create_bins, CreateBins("south", ("A-01",)))


def test_many_at_once_share_a_place_without_losing_a_unit(any_app):
    locations("north")
    skus("A")
    stock(north_A=60)
    do(create_bins, CreateBins("north", ("A-01", "A-02")))
    do(put_away, PutAway("A", "north", "A-01", 30))
    orders = [place(("A", 5)).id for _ in range(4)]
    for order in orders:
        walk(order, "released")
    wanted = [(put_away, PutAway("A", "north", "A-02", 7))] * 3 + [(move_units, MoveUnits("A", "north", "A-01", "A-02", 8))] * 3
    wanted += [(adjust_stock, AdjustStock("A", "north", "lost", change=-12))] * 3
    wanted += [(pick_units, PickUnits(work_of(order))) for order in orders]
    failed = []

    def run(action, command):
        with any_app.app_context():
            try:
                do(action, command)
            except DomainError:
                pass
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=run, args=one_) for one_ in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert_whole()


def test_pickers_are_told_where_to_go_and_no_unit_to_two_of_them(bins):
    do(put_away, put(3, "A-02"))
    do(put_away, put(4, "A-01"))
    for units in (5, 3):
        walk(place(("A", units)).id, "released")
    with db.db.engine.connect() as connection:
        first, second = store.queue(connection, ["released"], [1], 10)
    assert [(stop.bin, stop.units) for stop in first.stops] == [("A-01", 4), ("A-02", 1)]
    assert [(stop.bin, stop.units) for stop in second.stops] == [("A-02", 2), ("", 1)]


def test_an_adjustment_may_name_its_bin(bins):
    do(put_away, put(4, "A-01"))
    do(put_away, put(3, "CAGE"))

    do(adjust_stock, AdjustStock("A", "north", "lost", change=-2, bin="a-01"))
    do(adjust_stock, AdjustStock("A", "north", "found", change=1, bin="A-02"))
    do(adjust_stock, AdjustStock("A", "north", "lost", change=-1, bin="CAGE"))

    assert contents() == {"A-01": 2, "A-02": 1, "CAGE": 2}
    assert quarantine() == 2
    refused(InsufficientStock, adjust_stock, AdjustStock("A", "north", "lost", change=-3, bin="A-01"), in_bin=2)
    refused(Invalid, adjust_stock, AdjustStock("A", "north", "lost", change=-1, bin="Z-01"))
    assert_whole()
