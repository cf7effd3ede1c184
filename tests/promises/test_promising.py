"""Promise dates follow purchase orders, receipts and cancellations, on both databases, and say why they moved."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from dashboard.editing.actions import edit_order
from dashboard.editing.commands import EditOrder, SetQuantity
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.commands import AdjustStock
from dashboard.inventory.filling import set_filling
from dashboard.inventory.selling_commands import SetFilling
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.jobs import Leased
from dashboard.promises.actions import recompute
from dashboard.promises.commands import Recompute
from dashboard.promises.jobs import follow, upkeep
from dashboard.purchasing.actions import cancel_purchase_order, close_short
from dashboard.purchasing.commands import CancelPurchaseOrder, CloseShort
from dashboard.purchasing.receiving import receive_purchase
from tests.checking import assert_clean
from tests.factories import do, dump, line_rows, one, order_row, place, read, refused, shop
from tests.promises.helpers import comes, days, log_end, moves, promises, react, told, waits
from tests.purchasing.helpers import receipt, supplier

FIRST, SECOND, THIRD = dt.date(2026, 12, 1), dt.date(2026, 12, 8), dt.date(2026, 12, 15)
"""Tuesdays: what comes then leaves on the Wednesday."""
WED_1, WED_2, WED_3 = "2026-12-02", "2026-12-09", "2026-12-16"


@pytest.fixture
def three(any_app):
    """Three orders that wait for A, and none of it there."""
    shop(north_A=0, south_A=0, north_B=0)
    supplier()
    return [waits(("A", units), minutes=place) for place, units in enumerate((3, 2, 4))]


def test_without_anything_on_its_way_a_line_has_no_date_and_says_so(three):
    react()

    assert promises() == [(three[0], 3, None, "none", None), (three[1], 2, None, "none", None), (three[2], 4, None, "none", None)]
    assert [told(order_id) for order_id in three] == [[], [], []]
    assert_clean()


def test_two_purchase_orders_serve_the_earliest_orders_first(three):
    late, early = comes(SECOND, ("A", 10)), comes(FIRST, ("A", 4))

    react()

    assert promises() == [
        (three[0], 3, WED_1, "purchase", early),
        (three[1], 2, WED_2, "purchase", late),
        (three[2], 4, WED_2, "purchase", late),
    ]
    assert str(order_row(three[0]).promised_at) == str(int(dt.datetime(2026, 12, 2, 16, 30, tzinfo=dt.UTC).timestamp() * 1_000_000))
    assert_clean()


def test_a_rescheduled_delivery_moves_whom_it_serves_and_says_why_once(three):
    first, second = comes(FIRST, ("A", 4)), comes(SECOND, ("A", 10))
    seq = react()

    moves(first, THIRD)
    end = react(seq)

    assert days() == [WED_2, WED_2, WED_2]
    (made, moved), again = told(three[0]), told(three[1])
    assert (made.data["changes"][0]["after"], made.data["because"]) == (WED_1, "")
    assert moved.data["cause"] == "rescheduled"
    assert moved.data["because"] == f"{first} is expected 15 Dec 2026, not 1 Dec 2026"
    assert moved.data["changes"] == [{"sku": "A", "units": 3, "before": WED_1, "after": WED_2, "source": second}]
    assert moved.version == order_row(three[0]).version
    assert [event.data["changes"][0]["after"] for event in again] == [WED_2]
    row = read("SELECT moved_from, moved_cause FROM order_promise ORDER BY order_line_id")
    assert [(str(day), cause) for day, cause in row] == [(WED_1, "rescheduled"), ("None", None), ("None", None)]
    before = dump()
    react(seq)
    assert dump() == before and log_end() == end
    assert_clean()


def test_receipts_fill_in_order_and_what_is_left_serves_the_rest(three):
    number = comes(FIRST, ("A", 9))
    seq = react()

    do(receive_purchase, receipt(number, ("A", 4)))
    seq = react(seq)

    assert [line_rows(order_id)[0].allocated for order_id in three] == [3, 1, 0]
    assert [row[:3] for row in promises()] == [(three[1], 1, WED_1), (three[2], 4, WED_1)]
    assert [len(told(order_id)) for order_id in three] == [1, 1, 1]
    do(receive_purchase, receipt(number, ("A", 5)))
    react(seq)
    assert promises() == [] and read("SELECT * FROM promise_source") == []
    assert [str(row[0]) for row in read("SELECT promised_on FROM order_promise")] == [WED_1] * 3
    assert_clean()


def test_a_cancelled_order_frees_its_delivery_for_the_next(three):
    comes(FIRST, ("A", 5)), comes(SECOND, ("A", 10))
    seq = react()
    assert days() == [WED_1, WED_1, WED_2]

    do(cancel_order, CancelOrder(three[0], "customer"))
    react(seq)

    assert [row[:3] for row in promises()] == [(three[1], 2, WED_1), (three[2], 4, WED_2)]
    do(cancel_order, CancelOrder(three[1], "customer"))
    react(seq)
    assert [row[:3] for row in promises()] == [(three[2], 4, WED_1)]
    assert told(three[2])[-1].data["cause"] == "cancelled"
    assert_clean()


def test_what_will_not_come_leaves_its_customers_without_a_date(three):
    whole, part = comes(FIRST, ("A", 3)), comes(SECOND, ("A", 4))
    seq = react()
    assert days() == [WED_1, WED_2, None]

    do(cancel_purchase_order, CancelPurchaseOrder(whole, "supplier_refused"))
    seq = react(seq)
    assert days() == [WED_2, None, None]
    do(receive_purchase, receipt(part, ("A", 1)))
    seq = react(seq)
    do(close_short, CloseShort(part, "supplier_out"))
    react(seq)

    assert days() == [None, None, None]
    assert told(three[0])[-1].data["because"] == f"{part} was closed with 3 units missing"
    assert told(three[1])[-1].data["cause"] == "refused"
    assert order_row(three[0]).promised_at is None
    assert_clean()


def test_stock_that_turns_up_is_given_out_and_the_others_move_up(three):
    comes(FIRST, ("A", 4)), comes(SECOND, ("A", 9))
    seq = react()
    assert days() == [WED_1, WED_2, WED_2]

    do(adjust_stock, AdjustStock("A", "north", change=3, reason="found"))
    react(seq)

    assert [row[:3] for row in promises()] == [(three[1], 2, WED_1), (three[2], 4, WED_2)]
    assert_clean()


def test_priority_goes_before_first_come(three):
    comes(FIRST, ("A", 4)), comes(SECOND, ("A", 9))
    _set("UPDATE orders SET priority = 1 WHERE id = :id", id=three[2])

    seq = react()

    assert days() == [WED_2, WED_2, WED_1]
    do(adjust_stock, AdjustStock("A", "north", change=5, reason="found"))
    react(seq)
    assert [row[:3] for row in promises()] == [(three[0], 2, WED_1), (three[1], 2, WED_1)]
    assert_clean()


def test_a_shop_may_serve_first_come_whatever_the_priority(three):
    comes(FIRST, ("A", 4)), comes(SECOND, ("A", 9))
    _set("UPDATE orders SET priority = 1 WHERE id = :id", id=three[2])
    seq = react()
    assert days() == [WED_2, WED_2, WED_1]

    assert do(set_filling, SetFilling("placed", 0)) == 1
    react(seq)
    (job,) = read("SELECT payload FROM job WHERE task = 'promises.follow'")
    follow(Leased(1, "promises.follow", json.loads(job[0]), 1))

    assert days() == [WED_1, WED_2, WED_2]
    refused(Conflict, set_filling, SetFilling("priority", 0), turn="placed")
    refused(Invalid, set_filling, SetFilling("alphabet"))
    assert do(set_filling, SetFilling("placed", 1)) == 1
    assert_clean()


def test_an_order_that_wants_fewer_leaves_more_for_the_others(three):
    comes(FIRST, ("A", 6)), comes(SECOND, ("A", 9))
    seq = react()
    assert days() == [WED_1, WED_1, WED_2]

    seq = _wants(three[0], 1, seq)

    assert [row[:3] for row in promises()] == [(three[0], 1, WED_1), (three[1], 2, WED_1), (three[2], 4, WED_2)]
    _wants(three[1], 1, seq)
    assert days() == [WED_1, WED_1, WED_1]
    assert told(three[2])[-1].data["because"] == f"Order {order_row(three[1]).number} was changed"
    assert_clean()


def test_a_line_no_catalogue_knows_has_no_date(any_app):
    shop(north_A=0)
    order_id = waits(("A", 1))
    _set("UPDATE order_line SET sku_id = NULL WHERE order_id = :id", id=order_id)

    react()

    assert promises() == [(order_id, 1, None, "none", None)]


def test_the_upkeep_promises_to_lines_that_nobody_told_of(three):
    comes(FIRST, ("A", 9))

    assert do(upkeep, None) == 3
    assert days() == [WED_1] * 3
    assert do(upkeep, None) == 0
    assert_clean()


def test_a_long_line_is_told_in_portions(three, monkeypatch):
    react()
    seq = log_end()
    comes(FIRST, ("A", 9))
    monkeypatch.setattr("dashboard.promises.actions.MOST_ORDERS", 2)

    react(seq)

    assert days() == [WED_1, WED_1, None]
    assert one("SELECT count(*) FROM job WHERE task = 'promises.follow'") == 1
    sku_id = one("SELECT id FROM sku WHERE code = 'A'")
    do(recompute, Recompute((sku_id,), whole=True))
    assert days() == [WED_1] * 3


def test_an_order_with_stock_promises_nothing(any_app):
    shop(north_A=5)
    place(("A", 2))

    assert react() and read("SELECT * FROM order_promise") == []


def _wants(order_id, units, seq):
    do(edit_order, EditOrder(order_id, (SetQuantity(line_rows(order_id)[0].id, units),), version=order_row(order_id).version))
    return react(seq)


def _set(sql, **values):
    db.database().write(lambda tx: tx.execute(sa.text(sql), values))
