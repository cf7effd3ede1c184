"""Cells to values: as the mapping says, never by guessing."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.channels.cells import Cells, formula_plain, formula_safe
from dashboard.channels.mapping import Format
from dashboard.kernel import clock
from dashboard.kernel.errors import Invalid

PLAIN = Cells(Format(dates=("iso", "%d.%m.%Y %H:%M"), time_zone="Europe/London"))
GERMAN = Cells(Format(decimal=",", thousands="."))


def test_numbers_are_read_as_the_file_writes_them():
    assert PLAIN.unit_price("0.001") == 10
    assert PLAIN.quantity("-3") == -3
    assert PLAIN.quantity(" 12.0 ") == 12
    assert GERMAN.unit_price("1.234,50") == 12_345_000
    assert GERMAN.money("1.234,50", "EUR", "tax") == 123_450


@pytest.mark.parametrize("cell", ["", "NaN", "1e5", "１", "1,5", "0x10", "1_000", "--1", "9" * 60, "1.5.5", "∞", "\x00"])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(Invalid):
        PLAIN.quantity(cell)


@pytest.mark.parametrize("cell", ["1.5", "2147483648"])
def test_a_quantity_is_whole_and_within_bounds(cell):
    with pytest.raises(Invalid, match="whole number"):
        PLAIN.quantity(cell)


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2011-07-01 12:00:00", "2011-07-01T11:00:00"),
        ("2011-01-01", "2011-01-01T00:00:00"),
        ("2011-01-01T00:00:00+02:00", "2010-12-31T22:00:00"),
        ("31.12.2010 23:30", "2010-12-31T23:30:00"),
        ("2011-10-30 01:30:00", "2011-10-30T00:30:00"),  # the hour that comes twice: its first
    ],
)
def test_moments_are_of_the_files_zone_unless_they_name_one(cell, utc):
    assert clock.moment(PLAIN.moment(cell)) == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("cell", ["", "yesterday", "2011-13-01", "0001-01-01T00:00:00+14:00", "31/12/2010"])
def test_what_is_no_moment_is_refused(cell):
    with pytest.raises(Invalid, match="not a moment"):
        PLAIN.moment(cell)


@given(st.text())
def test_a_cell_never_runs_as_a_formula_and_keeps_its_text(text):
    safe = formula_safe(text)

    assert safe[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")
    assert formula_plain(safe) == text
