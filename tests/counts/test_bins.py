"""Counts of one bin: its own sheet, its own difference; a bin that moved meanwhile is not corrected against what it held before."""

import datetime as dt

import pytest

from dashboard.counts import store
from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import CountUnits, DecideLines, OpenCount
from dashboard.counts.jobs import reschedule_counts
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway, UpdateBin
from dashboard.inventory.bins import create_bins, update_bin
from dashboard.inventory.putting import move_units, put_away
from dashboard.kernel import clock, db
from dashboard.kernel.errors import Conflict, Invalid
from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.counts.acting import ANN, EVA, TOM, approved, begun, counted, lines_of, opened, refused_as, status_of
from tests.factories import NOW, balance, do, one, read, shop
from tests.invariants import assert_whole

LATER = NOW + dt.timedelta(minutes=5)


@pytest.fixture
def bins(any_app):
    _open()


@pytest.fixture
def here(app):
    """On one database, for what is refused before it is asked."""
    _open()


def _open():
    """A-01 holds 6 A and 2 B, CAGE 3 A; one A and one B lie in no bin."""
    shop(north_A=10, north_B=3)
    do(create_bins, CreateBins("north", ("A-01", "A-02")))
    do(create_bins, CreateBins("north", ("CAGE",), 900, pickable=False))
    for sku, code, units in (("A", "A-01", 6), ("B", "A-01", 2), ("A", "CAGE", 3)):
        do(put_away, PutAway(sku, "north", code, units))


def lying(code):
    rows = read(
        "SELECT k.code, s.units FROM bin_stock s JOIN bin b ON b.id = s.bin_id JOIN sku k ON k.id = s.sku_id"
        " WHERE b.code = :code AND s.units > 0", code=code,
    )  # fmt: skip
    return dict(rows)


def test_the_sheet_is_what_lies_there_and_the_difference_is_the_bins_own(bins):
    number = opened(bin="a-01")
    counted(number, "A", 5)
    counted(number, "B", 3)
    assert status_of(number) == "review"
    assert lines_of(number, "expected", "counted") == [(6, 5), (2, 3)]

    approved(number)

    assert lying("A-01") == {"A": 5, "B": 3}
    assert (balance("A", "north"), balance("B", "north")) == ((9, 0), (4, 0))
    assert lying("CAGE") == {"A": 3}
    with db.db.engine.connect() as connection:
        assert store.precision(connection, NOW - dt.timedelta(days=1))[:2] == (2, 0)
        assert store.count(connection, number).bin == "A-01"
    assert_whole()


def test_what_is_missing_in_a_bin_that_is_not_picked_from_is_missing_in_quarantine(bins):
    number = opened(bin="CAGE")
    counted(number, "A", 2)
    approved(number)

    assert lying("CAGE") == {"A": 2}
    assert one("SELECT sum(quarantine) FROM stock_balance") == 2
    assert balance("A", "north") == (9, 0)
    assert_whole()


def test_a_shelf_is_counted_once_the_last_of_its_bins_is(bins, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    reschedule_counts(None)
    do(put_away, PutAway("A", "north", "A-02", 1))
    for code in ("A-01", "CAGE"):
        number = opened("A", bin=code)
        counted(number, "A", lying(code)["A"])
        approved(number)
    assert _counted_at() == [None, None]

    number = opened("A", bin="A-02")
    counted(number, "A", 1)
    approved(number)

    assert _counted_at() == [clock.micros(NOW), None]
    assert reschedule_counts(None) == 0


def _counted_at():
    return [row[0] for row in read("SELECT last_counted FROM count_schedule ORDER BY sku_id")]


def test_a_bin_that_moved_while_it_was_counted_is_refused(bins):
    number = opened(bin="A-01")
    begun(number, "A", TOM)
    do(move_units, MoveUnits("A", "north", "A-01", "A-02", 2), LATER)

    error = refused_as(TOM, Conflict, count_units, CountUnits(number, "A", 6), moved=True)
    assert error.status == 409 and "units" in error.facts["fields"]
    assert counted(number, "A", 4, ANN).recount is False  # she began after the move
    assert lines_of(number, "expected")[0] == (4,)


def test_movements_after_the_figure_stay_right_and_a_difference_that_is_gone_is_refused(bins):
    number = opened(bin="A-01")
    counted(number, "A", 4)
    do(move_units, MoveUnits("A", "north", "A-01", "A-02", 3), LATER)
    do(approve_lines, DecideLines(number), LATER, EVA)
    assert (lying("A-01"), lying("A-02")) == ({"A": 1, "B": 2}, {"A": 3})

    again = opened("A", bin="A-02")
    counted(again, "A", 1)
    do(move_units, MoveUnits("A", "north", "A-02", "A-01", 2), LATER)
    error = refused_as(EVA, Conflict, approve_lines, DecideLines(again), moved=True)
    assert "moved after it was counted" in error.message
    assert_whole()


def test_a_bin_that_left_use_has_nothing_to_count(here):
    number = opened("A", bin="A-02")
    do(update_bin, UpdateBin("north", "A-02", 1, 1, True, False))
    refused_as(TOM, Conflict, count_units, CountUnits(number, "A", 1), moved=True)


def test_two_bins_are_counted_at_once_but_no_shelf_twice(bins):
    first, second = opened(bin="A-01"), opened(bin="CAGE")
    assert first != second
    refused_as(TOM, Conflict, open_count, OpenCount("north", ("A",)), counts=[second])
    refused_as(TOM, Conflict, open_count, OpenCount("north", (), bin="A-01"))


@pytest.mark.parametrize("code", ["NOPE", "A-02", "x" * 99, "a\x00"])
def test_a_bin_that_is_not_there_or_empty_cannot_be_counted(here, code):
    assert "bin" in refused_as(TOM, Invalid, open_count, OpenCount("north", (), bin=code)).facts["fields"]


def test_the_api_counts_a_bin(app):
    shop(north_A=10)
    do(create_bins, CreateBins("north", ("A-01",)))
    do(put_away, PutAway("A", "north", "A-01", 6))
    api = Api(app)
    made = api.post("counts", {"location": "north", "bin": "A-01"})
    assert (made.status_code, made.json["bin"], made.json["line_count"]) == (201, "A-01", 1)
    assert api.post("counts", {"location": "north", "bin": "Z"}).json["facts"]["fields"]["bin"]
    assert api.post(f"counts/{made.json['number']}/figures", {"sku": "A", "units": 6}).status_code == 201


def test_the_page_of_a_bin_says_how_exact_it_was(here, app):
    number = opened(bin="A-01")
    counted(number, "A", 6)
    counted(number, "B", 3)
    approved(number)
    client = app.test_client()
    sign_in(client)
    assert "never counted" in client.get("/locations/north/bins/A-02").get_data(as_text=True)
    with db.db.engine.connect() as connection:
        bin_id = one("SELECT id FROM bin WHERE code = 'A-01'")
        assert store.precision(connection, NOW - dt.timedelta(days=1), bin_id) == (2, 1, 1, 8)
