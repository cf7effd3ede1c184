"""Several lots in one form: rows as they are typed, one of them may leave its units out, complaints stand beside their row."""

import datetime as dt

import pytest
from werkzeug.datastructures import MultiDict

from dashboard.inventory.tracked_typed import TypedLot, read_given, wants_another
from dashboard.inventory.tracked_units import NOTHING, LotUnits
from dashboard.kernel.errors import Invalid

DAY = dt.date(2030, 6, 30)


def form(*rows: tuple[str, str, str], **more: str) -> MultiDict:
    """(lot, units, expires on) rows of a line with the prefix 7-."""
    names = ("7-lot", "7-lot_units", "7-expires_on")
    return MultiDict([(name, word) for row in rows for name, word in zip(names, row, strict=True)] + list(more.items()))


@pytest.mark.parametrize(
    ("rows", "units", "lots"),
    [
        ([("L1", "", "2030-06-30")], 5, [LotUnits("L1", 5, DAY)]),
        ([("L1", "2", ""), ("L2", "3", "2030-06-30")], 5, [LotUnits("L1", 2), LotUnits("L2", 3, DAY)]),
        ([("L1", "2", ""), ("", "", ""), (" L2 ", "", "")], 5, [LotUnits("L1", 2), LotUnits("L2", 3)]),
    ],
)
def test_rows_are_lots_and_one_of_them_takes_the_rest(rows, units, lots):
    assert list(read_given(form(*rows), "7-").given("lots", units).lots) == lots


def test_nothing_typed_says_nothing_and_another_row_is_asked_for_by_name():
    asked = form(("L1", "2", ""), another="7-")

    assert read_given(form(("", "", "")), "7-").given("lots", 3) == NOTHING
    assert wants_another(asked) and read_given(asked, "7-").rows == [TypedLot("L1", "2"), TypedLot()]
    assert read_given(asked, "8-").rows == [TypedLot()]
    assert (read_given(asked, "7-").asks_more, read_given(asked, "8-").asks_more) == (True, False)


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([("L1", "", ""), ("L2", "", "")], ["lot_units-1"]),
        ([("L1", "two", ""), ("L2", "1", "soon")], ["lot_units", "expires_on-1"]),
        ([("L1", "-1", "")], ["lot_units"]),
        ([("L1", "1.5", "")], ["lot_units"]),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(rows, errors):
    typed = read_given(form(*rows), "7-")

    with pytest.raises(Invalid) as found:
        typed.given("lots", 5)

    assert list(typed.errors) == list(found.value.facts["fields"]) == errors


def test_an_actions_complaint_finds_its_row():
    typed = read_given(form(("L1", "2", ""), ("L2", "3", "")), "7-")

    told = [typed.complain(name, name) for name in ("items.0.lots.1.expires_on", "lots", "A.lots.0.units", "serials", "units")]

    assert told == [True, True, True, True, False]
    assert typed.errors == {"expires_on-1": "items.0.lots.1.expires_on", "lot": "lots", "lot_units": "A.lots.0.units", "serials": "serials"}
