"""Each KPI against a shop counted by hand; an empty window is None, never 0."""

import datetime as dt

import pytest

from dashboard.insights import board, failing, measures
from dashboard.insights.rules import KPIS
from dashboard.insights.store import query, trends
from tests.insights.conftest import NOW, D, H

MIN = dt.timedelta(minutes=1)


@pytest.fixture
def measured(connection):
    def measure(key, code=None, plan=None):
        read = connection()
        return measures.measure(read, key, NOW, query.scope(read, code), plan)

    return measure


@pytest.fixture
def listed(connection):
    def page(key, code=None, after=None, limit=50):
        read = connection()
        rows, total, following = failing.page(read, key, NOW, query.scope(read, code), after, limit)
        return [(row.number, row.why) for row in rows], total, following

    return page


@pytest.mark.parametrize("key", ["order_accuracy", "processing_time", "fulfilment_rate", "stock_risk"])
def test_an_empty_window_has_no_value(shop, measured, key):
    found = measured(key)

    assert found.value is None
    assert found.graded is None


def test_without_a_location_there_is_no_cut_off(app, connection):
    read = connection()

    assert measures.risk(read, NOW, query.Scope(None, ())).value is None


def test_accuracy_is_error_free_orders_over_orders_shipped(shop, measured, listed):
    shop.shipped(NOW - D)
    shop.shipped(NOW - 2 * D, pack_errors=2)
    shop.shipped(NOW - 3 * D, returned="wrong_item")
    shop.shipped(NOW - 4 * D, returned="changed_mind")
    shop.shipped(NOW - 29 * D)
    shop.shipped(NOW - 30 * D)  # on the edge: outside
    shop.shipped(NOW - 40 * D, pack_errors=1)
    shop.order("to_pick", pack_errors=1)  # not shipped

    found = measured("order_accuracy")

    assert (found.numerator, found.denominator, found.value) == (3, 5, 60.0)
    assert listed("order_accuracy") == ([("T2", "2 wrong when packed"), ("T3", "returned: wrong item")], 2, None)


def test_an_order_with_two_errors_counts_once(shop, measured):
    shop.shipped(NOW - D, pack_errors=1, returned="missing_item", at=(shop.north, shop.south))

    found = measured("order_accuracy")

    assert (found.numerator, found.denominator, found.value) == (0, 1, 0.0)


def test_processing_time_is_median_and_p90_without_the_time_on_hold(shop, measured, listed):
    for hours in (2, 4, 6, 8, 10, 12, 14, 16, 30):
        shop.shipped(NOW - D, took=hours * H)
    slow = shop.shipped(NOW - D, took=60 * H)
    held = shop.shipped(NOW - 8 * D, took=90 * H)  # outside the window
    shop.hold(slow, NOW - D - 70 * H, NOW - D - 58 * H)  # 2 h of it after it was ready
    shop.hold(slow, NOW - D - 59 * H, NOW - D - 57 * H)  # overlaps: 1 h more
    shop.hold(held, NOW - 9 * D, NOW - 8 * D)

    found = measured("processing_time")

    assert found.value == 10.0
    assert found.facts == {"p90": 30.0, "within_24_h": 80.0, "within_48_h": 90.0}
    assert (found.numerator, found.denominator) == (9, 10)
    assert listed("processing_time") == ([("T10", "took 57 h")], 1, None)


def test_fulfilment_rate_leaves_out_what_the_customer_cancelled(shop, measured, listed):
    shop.shipped(NOW - D, ship_by=NOW - 2 * D)
    shop.shipped(NOW - 3 * D, ship_by=NOW - 3 * D)
    shop.order("on_hold", ship_by=NOW - H)
    shop.order("cancelled", ship_by=NOW - D, cancel_reason="customer", cancelled_at=NOW)
    shop.order("cancelled", ship_by=NOW - D, cancel_reason="out_of_stock", cancelled_at=NOW)
    shop.order("to_pick", ship_by=NOW + H)
    shop.order("to_pick", ship_by=NOW - 8 * D)

    found = measured("fulfilment_rate")

    assert (found.numerator, found.denominator, found.value) == (2, 4, 50.0)
    assert listed("fulfilment_rate") == ([("T5", "cancelled: out of stock"), ("T3", "due 1 h ago")], 2, None)


def test_backlog_counts_what_waits_for_nobody_but_us(shop, measured, listed):
    shop.order("to_pick", ready_at=NOW - 31 * H)
    shop.order("to_pack", ready_at=NOW - 2 * H)
    shop.order("to_ship", ready_at=NOW - 30 * MIN)
    for phase in ("on_hold", "payment_due", "out_of_stock", "cancelled"):
        shop.order(phase)
    shop.shipped(NOW - H)

    found = measured("backlog", plan=2.0)

    assert (found.value, found.numerator, found.denominator, found.graded) == (3, 3, 2, 150.0)
    assert found.facts["oldest"] == 31 * 3600
    assert found.facts["stages"] == {"to_pick": 1, "to_pack": 1, "to_ship": 1}
    assert found.at_least == "watch"
    assert listed("backlog")[0] == [("T1", "ready for 31 h"), ("T2", "ready for 2 h"), ("T3", "ready for 30 min")]


def test_an_empty_backlog_is_zero_with_nothing_oldest(shop, measured):
    found = measured("backlog")

    assert (found.value, found.facts["oldest"], found.graded, found.at_least) == (0, None, None, "ok")


def test_the_plan_of_the_backlog_is_the_average_of_past_weeks(shop, connection):
    hour = NOW.replace(minute=0)
    shop.shipped(hour - 29 * D)  # the shop is older than four weeks
    for week, waiting in enumerate((1, 2, 3, 2), start=1):
        for _ in range(waiting):
            shop.shipped(hour - week * 7 * D + H, took=3 * H)
    read = connection()

    assert trends.backlog_plan(read, hour, query.scope(read)) == 2.0


def test_a_shop_in_its_first_week_has_no_plan(shop, connection, measured):
    shop.shipped(NOW - D)
    read = connection()

    assert trends.backlog_plan(read, NOW, query.scope(read)) is None
    assert measured("shipped_per_hour").denominator is None


def test_at_risk_is_what_the_pace_cannot_ship_before_the_cut_off(shop, measured, listed):
    shop.shipped(NOW - 10 * MIN)  # pace 1 an hour: 4 until 16:30
    for minute in range(6):
        shop.order("to_pick", work="allocated", ship_by=NOW + 4 * H + minute * MIN)
    shop.order("to_ship", work="packed", ship_by=NOW + 4 * H)
    shop.order("to_pick", work="allocated", ship_by=NOW - H)
    shop.order("out_of_stock", ship_by=NOW + 2 * H)
    shop.order("on_hold", ship_by=NOW - H)
    shop.order("to_pick", ship_by=NOW + 24 * H)

    found = measured("at_risk")

    assert (found.value, found.denominator) == (5, 9)
    assert found.facts["cutoff"] == NOW.replace(hour=16, minute=30)
    assert found.facts["seconds_left"] == 250 * 60
    assert found.facts["pace"] == 1.0
    assert [row[0] for row in listed("at_risk")[0]] == ["T9", "T10", "T5", "T6", "T7"]


def test_before_work_starts_the_plan_is_the_pace(shop, measured):
    shop.shipped(NOW - 28 * D)
    for _ in range(4):
        shop.shipped(NOW - 7 * D + H)
    for _ in range(5):
        shop.order("to_pick", ship_by=NOW + 4 * H)

    found = measured("at_risk")

    assert found.value == 4  # 4 shipped over 4 past weeks: 1 is planned until the cut-off
    assert found.facts["pace"] == pytest.approx(1 / (250 / 60))


def test_with_neither_pace_nor_plan_only_what_is_late_is_at_risk(shop, measured):
    shop.order("to_pick", ship_by=NOW + H)
    shop.order("to_pick", ship_by=NOW - H)

    found = measured("at_risk")

    assert (found.value, found.denominator, found.facts["pace"]) == (1, 2, None)


def test_half_an_hour_before_the_cut_off_one_order_at_risk_is_act_now(shop, connection):
    shop.order("to_pick", ship_by=NOW - H)
    read = connection()
    late = NOW.replace(hour=16, minute=1)

    assert measures.risk(read, late, query.scope(read)).at_least == "act"
    assert measures.risk(read, NOW, query.scope(read)).at_least is None


def test_shipped_per_hour_is_held_against_the_same_hour_of_past_weeks(shop, measured):
    shop.shipped(NOW - 28 * D - 2 * H)
    for week in range(1, 5):
        for minute in range(4):
            shop.shipped(NOW - week * 7 * D - minute * MIN)
    shop.shipped(NOW - 1 * H)  # on the edge: outside
    for minute in (0, 20, 59):
        shop.shipped(NOW - minute * MIN)

    found = measured("shipped_per_hour")

    assert (found.value, found.numerator, found.denominator, found.graded) == (3, 3, 4, 75.0)
    assert found.facts == {"plan": 4.0, "today": 4, "today_plan": 4.0}  # the first of the four days was not whole


def test_a_sku_counts_once_however_many_locations_are_low(shop, measured, listed):
    out = shop.sku("A", north=(5, 5, 3), south=(0, 0, 3))
    shop.sku("B", north=(10, 7, 3), south=(50, 0, 3))
    shop.sku("C", north=(10, 6, 3))
    shop.sku("D", north=(0, 0, 0))  # no reorder point
    waits = shop.order("out_of_stock", ship_by=NOW + H)
    shop.backordered(waits, out, 4)

    found = measured("stock_risk")

    assert (found.value, found.denominator, found.facts) == (2, 3, {"out_with_demand": 1})
    assert found.graded == pytest.approx(66.67, abs=0.01)
    assert found.at_least == "watch"
    assert listed("stock_risk") == ([("T1", "4 units backordered")], 1, None)


def test_exceptions_count_and_age(shop, measured, listed):
    order = shop.order("to_pick")
    shop.exception(NOW - 22 * MIN, order_id=order, summary="Address not deliverable")
    shop.exception(NOW - 2 * H)
    shop.exception(NOW - 9 * H, resolved_at=NOW - H)

    found = measured("exceptions")

    assert (found.value, found.denominator, found.facts, found.graded) == (2, 1, {"oldest": 7200.0}, 2.0)
    assert listed("exceptions")[0] == [(None, "Count it again"), ("T1", "Address not deliverable")]


def test_a_location_sees_its_own_orders_and_the_exceptions_of_nobody(shop, measured):
    shop.shipped(NOW - 10 * MIN, at=(shop.south,), pack_errors=1)
    shop.shipped(NOW - 10 * MIN, at=(shop.north,))
    split = shop.order("to_pick", at=(shop.north, shop.south), ship_by=NOW - H)
    shop.sku("A", south=(1, 0, 3))
    shop.exception(NOW - H, order_id=split)
    shop.exception(NOW - H)
    shop.exception(NOW - H, order_id=shop.order("on_hold", at=(shop.north,)))

    south = {key: measured(key, "S").numerator for key in KPIS}
    north = {key: measured(key, "N").numerator for key in KPIS}

    assert south == {
        "order_accuracy": 0,
        "processing_time": 1,
        "fulfilment_rate": 0,
        "backlog": 1,
        "at_risk": 1,
        "shipped_per_hour": 1,
        "stock_risk": 1,
        "exceptions": 2,
    }
    assert north["order_accuracy"] == 1
    assert north["exceptions"] == 3
    assert north["stock_risk"] is None


def test_the_failing_orders_are_paged_without_gap_or_repeat(shop, listed):
    for hour in range(1, 8):
        shop.order("to_pick", ready_at=NOW - (hour // 2) * H)
    seen, after = [], None
    while True:
        rows, total, after = listed("backlog", after=after, limit=3)
        seen += [number for number, _ in rows]
        if after is None:
            break

    assert total == 7
    assert sorted(seen) == sorted(f"T{n}" for n in range(1, 8))
    assert len(seen) == 7


def test_every_kpi_has_its_definition_its_measure_its_trend_and_its_failing_orders():
    assert set(KPIS) == set(trends.TRENDS) == set(failing.FINDERS) == set(measures.SIMPLE) | {"backlog"}


def test_page_wall_and_api_show_what_the_measure_says(app, shop, connection):
    shop.order("to_pick", ready_at=NOW - 3 * H)
    read = connection()
    within = query.scope(read)

    tile = board.tile(read, "backlog", NOW, within)

    assert tile.measure == measures.backlog(read, NOW, within, None)
    assert board.record(tile, within, NOW)["value"] == int(tile.value) == 1
