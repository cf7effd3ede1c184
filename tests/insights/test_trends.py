"""The 24 points behind the sparklines."""

import datetime as dt

from dashboard.insights import board, moments
from dashboard.insights.moments import Place
from dashboard.insights.store import query, trends
from dashboard.inventory.calendars import Calendar
from tests.insights.conftest import NOW, D, H

MIN = dt.timedelta(minutes=1)


def points(connection, key):
    read = connection()
    return trends.TRENDS[key](read, NOW, query.scope(read))


def test_daily_accuracy_has_gaps_where_nothing_was_shipped(shop, connection):
    shop.shipped(NOW - H)
    shop.shipped(NOW - 2 * H, pack_errors=1)
    shop.shipped(NOW - 23 * D - H)

    assert points(connection, "order_accuracy") == [100.0] + [None] * 22 + [50.0]


def test_daily_processing_time_is_a_median(shop, connection):
    for hours in (2, 4, 60):
        shop.shipped(NOW - D - H, took=hours * H)

    assert points(connection, "processing_time") == [None] * 22 + [4.0, None]


def test_daily_fulfilment_rate(shop, connection):
    shop.shipped(NOW - H, ship_by=NOW - H)
    shop.order("to_pick", ship_by=NOW - 2 * H)
    shop.order("cancelled", ship_by=NOW - 3 * H, cancel_reason="customer")
    shop.order("cancelled", ship_by=NOW - D - H, cancel_reason="customer")

    assert points(connection, "fulfilment_rate") == [None] * 23 + [50.0]


def test_the_backlog_of_past_hours_is_rebuilt_from_arrivals_and_departures(shop, connection):
    shop.order("to_pick", ready_at=NOW - 90 * MIN)
    shop.shipped(NOW - 30 * MIN, took=3 * H)

    assert points(connection, "backlog") == [0.0] * 20 + [1.0, 1.0, 2.0, 1.0]


def test_late_orders_of_past_hours(shop, connection):
    shop.order("on_hold", ship_by=NOW - 90 * MIN)
    shop.shipped(NOW - 30 * MIN, ship_by=NOW - 150 * MIN)
    shop.shipped(NOW - 30 * MIN, ship_by=NOW + H)

    assert points(connection, "at_risk") == [0.0] * 21 + [1.0, 2.0, 1.0]


def test_shipped_in_each_hour(shop, connection):
    for minutes in (0, 59, 60, 61):
        shop.shipped(NOW - minutes * MIN)

    assert points(connection, "shipped_per_hour") == [0.0] * 22 + [2.0, 2.0]


def test_low_skus_of_past_hours_are_rolled_back_through_the_ledger(shop, connection):
    sku = shop.sku("A", north=(2, 0, 3), south=(9, 0, 3))
    shop.moved(sku, shop.north, NOW - 90 * MIN, -5)
    shop.moved(sku, shop.south, NOW - 30 * MIN, -2)

    assert points(connection, "stock_risk") == [0.0] * 22 + [1.0, 1.0]


def test_open_exceptions_of_past_hours(shop, connection):
    shop.exception(NOW - 5 * H + MIN, resolved_at=NOW - 3 * H + MIN)
    shop.exception(NOW - 90 * MIN)

    assert points(connection, "exceptions") == [0.0] * 19 + [1.0, 1.0, 0.0, 1.0, 1.0]


def test_a_sparkline_ends_where_the_figure_is(app, shop, connection):
    shop.order("to_pick", ready_at=NOW - H)
    read = connection()
    within = query.scope(read)
    assert board.tile(read, "backlog", NOW, within).points[-1] == 1
    shop.order("to_pick", ready_at=NOW - H)

    assert board.tile(connection(), "backlog", NOW, within).points[-1] == 2


NORTH = Place(1, "N", "North", Calendar(990, "Europe/London"))
EAST = Place(2, "E", "East", Calendar(720, "America/New_York"))


def test_the_next_cut_off_is_the_first_of_any_location():
    assert moments.next_cutoff(NOW, [NORTH, EAST]) == dt.datetime(2026, 11, 25, 16, 30, tzinfo=dt.UTC)
    assert moments.next_cutoff(NOW + 5 * H, [NORTH, EAST]) == dt.datetime(2026, 11, 26, 16, 30, tzinfo=dt.UTC)
    assert moments.next_cutoff(NOW + 4 * H + 30 * MIN, [NORTH, EAST]) == dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC)


def test_no_cut_off_at_the_weekend():
    saturday = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)

    assert moments.next_cutoff(saturday, [NORTH]) == dt.datetime(2026, 11, 30, 16, 30, tzinfo=dt.UTC)
    assert moments.next_cutoff(saturday, []) is None


def test_the_same_hour_of_a_past_week_follows_the_local_clock():
    after_change = dt.datetime(2026, 10, 28, 9, tzinfo=dt.UTC)  # London left summer time on 25 October

    assert moments.weeks_before(after_change, 1, NORTH.zone) == dt.datetime(2026, 10, 21, 8, tzinfo=dt.UTC)
    begin, end = moments.day_of(dt.datetime(2026, 10, 25, 12, tzinfo=dt.UTC), NORTH.zone)
    assert end - begin == dt.timedelta(hours=25)
