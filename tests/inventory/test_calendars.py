"""When a location works: weekdays, holidays, cut-off, in its own time."""

import datetime as dt

import pytest

from dashboard.inventory.actions import receive_stock
from dashboard.inventory.calendars import Calendar, holidays_in
from dashboard.inventory.commands import ReceiveStock, UpdateLocation
from dashboard.inventory.locations import update_location
from dashboard.kernel import clock, db
from dashboard.kernel.errors import Invalid
from tests.factories import MIA, locations, order_row, place, skus

LONDON = Calendar(16 * 60 + 30, "Europe/London")
CHRISTMAS = LONDON._replace(holidays="2026-12-25 2026-12-28")
SHOP = Calendar(12 * 60, "America/New_York", working_days="67")


def utc(day, hour, minute=0):
    return dt.datetime(2026, 12, day, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("calendar", "placed", "due"),
    [
        (LONDON, utc(21, 9), utc(22, 16, 30)),  # Monday morning
        (LONDON, utc(21, 16, 29), utc(22, 16, 30)),
        (LONDON, utc(21, 16, 30), utc(23, 16, 30)),  # at the cut-off it is too late for today
        (LONDON, utc(24, 9), utc(25, 16, 30)),
        (CHRISTMAS, utc(24, 9), utc(29, 16, 30)),  # Friday and Monday off, a weekend between
        (CHRISTMAS, utc(25, 9), utc(30, 16, 30)),  # on a day off nothing is taken in
        (SHOP, utc(19, 12), utc(20, 17)),  # Saturday to Sunday, noon in New York
        (SHOP, utc(21, 12), utc(27, 17)),  # Monday: the day after the next working day
    ],
)
def test_ship_by_skips_days_off(calendar, placed, due):
    assert calendar.ship_by(placed) == due


@pytest.mark.parametrize(
    ("calendar", "after", "cutoff"),
    [(LONDON, utc(24, 9), utc(24, 16, 30)), (CHRISTMAS, utc(24, 17), utc(29, 16, 30)), (SHOP, utc(21, 12), utc(26, 17))],
)
def test_the_next_cutoff_skips_days_off(calendar, after, cutoff):
    assert calendar.next_cutoff(after) == cutoff


def test_a_calendar_without_a_working_day_still_ends():
    assert Calendar(0, "UTC", working_days="").ship_by(utc(21, 9)) == utc(23, 0)
    assert LONDON._replace(time_zone="Pacific/Kiritimati").ship_by(utc(21, 9)).tzinfo == dt.UTC


def test_dates_are_read_as_people_type_them():
    assert holidays_in("2026-12-28\n2026-12-25, 2026-12-25") == "2026-12-25 2026-12-28"
    with pytest.raises(ValueError, match="25.12.26 is no date"):
        holidays_in("25.12.26")


def test_an_order_waits_over_the_holidays_of_the_location_that_sends_it(any_app):
    locations("north")
    skus("A")
    db.write(receive_stock, ReceiveStock("A", "north", 5), MIA, clock.now())
    db.write(update_location, UpdateLocation("north", 1, {"holidays": "2026-12-25\n2026-12-28", "working_days": "12345"}), MIA, clock.now())

    found = order_row(place(("A", 1), now=utc(24, 9)).id).ship_by
    assert clock.moment(found) == utc(29, 16, 30)


@pytest.mark.parametrize(("field", "value"), [("working_days", ""), ("working_days", "8"), ("holidays", "Christmas")])
def test_a_calendar_nobody_can_work_by_is_refused(any_app, field, value):
    locations("north")

    with pytest.raises(Invalid) as refusal:
        db.write(update_location, UpdateLocation("north", 1, {field: value}), MIA, clock.now())

    assert list(refusal.value.facts["fields"]) == [field]
