"""Opening a count and entering figures: what is kept, who may, and what is refused."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.counts.actions import begin_line, count_units, open_count
from dashboard.counts.commands import BeginLine, CountUnits, OpenCount
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.counts.acting import (
    ANN,
    COUNTS,
    EVA,
    TOM,
    approved,
    begun,
    counted,
    due_now,
    lines_of,
    opened,
    recounted,
    refused_as,
    rejected,
    status_of,
)
from tests.factories import NOW, balance, one, place, read, refused, shop, skus, walk
from tests.invariants import assert_whole


def test_a_count_of_chosen_skus_waits_for_figures(any_app):
    shop(north_A=5, north_B=2)
    number = opened("b", "A", "A", note="aisle 4")
    assert one("SELECT status, source, note, opened_by_name, version FROM stock_count") == ("open", "manual", "aisle 4", "Tom Counter", 1)
    assert lines_of(number, "sku_id", "state", "round", "counted") == [(1, "to_count", 1, None), (2, "to_count", 1, None)]
    assert one("SELECT count(*) FROM event WHERE type = 'CountOpened'") == 1
    assert_whole()


def test_a_figure_keeps_what_was_expected_and_where_the_ledger_stood(any_app):
    shop(north_A=5, south_A=9)
    number = opened("A")
    last = one("SELECT max(id) FROM stock_movement WHERE location_id = 1")
    found = counted(number, "a", 4)
    assert (found.recount, found.left, found.status) == (False, 0, "review")
    assert not hasattr(found, "expected")
    row = lines_of(number, "state", "expected", "counted", "counter", "movement_id")
    assert row == [("counted", 5, 4, "user:11", last)]
    assert balance("A", "north") == (5, 0)
    assert_whole()


def test_a_barcode_means_its_sku(any_app):
    shop(north_A=5)
    db.database().write(lambda tx: tx.execute(sa.text("UPDATE sku SET barcode = '4006381333931' WHERE code = 'A'")))
    number = opened("4006381333931")
    assert counted(number, "4006381333931", 5).sku == "A"


def test_what_nobody_ever_stored_here_can_be_found_here(any_app):
    shop(north_A=5, south_B=3)
    number = opened("B")
    assert counted(number, "B", 2).status == "review"
    assert lines_of(number, "expected", "counted", "movement_id") == [(0, 2, 0)]
    assert approved(number).status == "approved"
    assert balance("B", "north") == (2, 0)
    assert balance("B", "south") == (3, 0)
    assert_whole()


def test_a_figure_above_the_tolerance_is_counted_again_by_somebody_else(any_app):
    shop(north_A=100)
    number = opened("A")
    found = counted(number, "A", 90)
    assert (found.recount, found.left, found.status) == (True, 1, "counting")
    refused_as(TOM, Conflict, count_units, CountUnits(number, "A", 90), recount=True)
    refused_as(TOM, Conflict, begin_line, BeginLine(number, "A"), recount=True)
    again = counted(number, "A", 91, ANN)
    assert (again.recount, again.status) == (False, "review")
    assert lines_of(number, "state", "round", "counted") == [("recount", 1, 90), ("counted", 2, 91)]
    assert approved(number).lines == 1
    assert balance("A", "north") == (91, 0)
    assert_whole()


def test_who_is_on_a_line_is_said_and_stops_nobody(any_app):
    shop(north_A=5)
    number = opened("A")
    assert begun(number, "A").other is None
    assert begun(number, "A", ANN).other == "Tom Counter"
    assert lines_of(number, "on_it_name", "state") == [("Ann Counter", "to_count")]
    assert counted(number, "A", 5, TOM).status == "review"
    assert [row[0] for row in read("SELECT type FROM event WHERE entity = 'count' ORDER BY id")] == [
        "CountOpened", "LineBegun", "LineBegun", "LineCounted", "CountMoved",
    ]  # fmt: skip


def test_the_second_of_two_counters_on_one_line_hears_who_was_first(any_app):
    shop(north_A=5, north_B=5)
    number = opened("A", "B")
    counted(number, "A", 5, TOM)
    error = refused_as(ANN, Conflict, count_units, CountUnits(number, "A", 4), state="counted", by="Tom Counter")
    assert "5" not in error.message


@pytest.mark.parametrize("units", [-1, 2**31, 2**70, 1.5, "3", True, None])
def test_units_are_whole_and_in_range(app, units):
    shop(north_A=5)
    number = opened("A")
    error = refused_as(TOM, Invalid, count_units, CountUnits(number, "A", units))
    assert "units" in error.facts["fields"]


def test_a_full_shelf_can_be_counted(any_app):
    shop(north_A=2**31 - 1)
    number = opened("A")
    assert counted(number, "A", 2**31 - 1).status == "review"


@pytest.mark.parametrize(("sku", "error"), [
    ("NOPE", NotFound), ("B", NotFound), ("", Invalid), (" ", Invalid), ("a\x00", NotFound), ("\ud83d", NotFound), ("x" * 5000, NotFound),
])  # fmt: skip
def test_a_sku_that_is_not_on_the_count_is_refused(any_app, sku, error):
    shop(north_A=5, north_B=5)
    number = opened("A")
    assert "sku" in refused_as(TOM, error, count_units, CountUnits(number, sku, 1)).facts["fields"]


@pytest.mark.parametrize("number", ["C99999", "", "c\x00", "\ud83d", "x" * 300])
def test_an_unknown_count_is_not_found(any_app, number):
    shop(north_A=5)
    refused_as(TOM, NotFound, count_units, CountUnits(number, "A", 1))


@pytest.mark.parametrize(("given", "error"), [
    ({"location": "nowhere"}, NotFound), ({"location": "n\x00"}, NotFound), ({"skus": ("NOPE",)}, NotFound), ({"skus": ("GIFT",)}, Invalid),
    ({"skus": ("A", "\ud83d")}, NotFound), ({"skus": (" ",)}, Invalid), ({"skus": tuple(f"S{n}" for n in range(201))}, Invalid),
    ({"note": "\ud83d"}, Invalid), ({"note": "x" * 2001}, Invalid), ({"skus": ()}, Invalid),
])  # fmt: skip
def test_a_count_that_cannot_be_is_refused(any_app, given, error):
    shop(north_A=5)
    skus("GIFT", kind="service")
    refused(error, open_count, OpenCount(**{"location": "north", "skus": ("A",), **given}))


def test_a_shelf_is_on_one_open_count_at_a_time(any_app):
    shop(north_A=5, north_B=5, south_A=3)
    first = opened("A")
    error = refused(Conflict, open_count, OpenCount("north", ("A", "B")), counts=[first], skus=["A"])
    assert first in error.message
    opened("A", location="south")
    counted(first, "A", 5)
    refused(Conflict, open_count, OpenCount("north", ("A",)))
    approved(first)
    opened("A", "B")
    assert_whole()


def test_people_count_at_their_own_locations_only(any_app):
    shop(north_A=5, south_A=5)
    southerner = Actor("user", "9", "Sue", "warehouse", COUNTS, locations=("south",))
    refused_as(southerner, Forbidden, open_count, OpenCount("north", ("A",)))
    number = opened("A")
    refused_as(southerner, Forbidden, count_units, CountUnits(number, "A", 5))
    assert opened("A", location="south", actor=southerner)


def test_what_is_due_is_what_was_not_counted_in_time(any_app):
    shop(north_A=50, north_B=5, north_C=5, south_A=1)
    order = place(("A", 10))
    walk(order.id, "shipped")
    number = due_now(most=2).number
    assert one("SELECT source FROM stock_count") == "schedule"
    assert lines_of(number, "sku_id") == [(1,), (2,)]
    second = due_now(actor=ANN)
    assert second.lines == 1
    refused(Conflict, open_count, OpenCount("north", (), source="schedule"))
    refused(Conflict, open_count, OpenCount("north", ("A", "B", "C"), source="schedule"))
    counted(number, "A", 40)
    counted(number, "B", 5)
    approved(number)
    later = NOW + dt.timedelta(days=31)
    assert due_now(now=later).lines == 1
    assert lines_of("C00003", "sku_id") == [(1,)]
    assert_whole()


def test_a_closed_count_takes_no_more_figures(any_app):
    shop(north_A=5, north_B=5)
    number = opened("A", "B")
    counted(number, "A", 5)
    rejected(number, "A", "B")
    assert status_of(number) == "cancelled"
    refused_as(ANN, Conflict, count_units, CountUnits(number, "B", 5), status="cancelled")


def test_a_manager_asks_for_a_recount_by_another_person(any_app):
    shop(north_A=5)
    number = opened("A")
    counted(number, "A", 4, TOM)
    recounted(number, "A")
    assert status_of(number) == "counting"
    refused_as(TOM, Conflict, count_units, CountUnits(number, "A", 5), recount=True)
    counted(number, "A", 5, EVA)
    assert lines_of(number, "state", "round") == [("recount", 1), ("counted", 2)]
    assert_whole()
