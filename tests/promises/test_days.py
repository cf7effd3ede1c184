"""Preorders stay until their day; an order is due as it was promised; whoever was told another day is told again."""

import datetime as dt
from dataclasses import replace

from dashboard.channels.actions import place_order
from dashboard.desk import clearing, finding
from dashboard.desk.commands import ApplyFix
from dashboard.desk.fixing import apply_fix
from dashboard.desk.jobs import open_all
from dashboard.fulfilment import jobs as fulfilment_jobs
from dashboard.fulfilment.actions import release_work
from dashboard.fulfilment.backorders import allocate_order, fill_backorders, send_early
from dashboard.fulfilment.commands import AllocateOrder, FillBackorders, ReleaseWork, SendEarly
from dashboard.inventory import sellable
from dashboard.inventory.commands import SetLevels
from dashboard.inventory.planning import set_levels
from dashboard.inventory.preorder import set_preorder
from dashboard.inventory.selling import set_channel_rule
from dashboard.inventory.selling_commands import SetChannelRule, SetPreorder
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid
from dashboard.orders.commands import ChooseShipping
from dashboard.orders.together import choose_shipping
from dashboard.promises.commands import TellCustomer
from dashboard.promises.keeping import tell_customer
from dashboard.purchasing.receiving import receive_purchase
from tests.checking import assert_clean
from tests.factories import MIA, NOW, command, do, line_rows, one, order_row, place, read, refused, shop, stock
from tests.kits import kit
from tests.promises.helpers import comes, days, moves, react, waits
from tests.purchasing.helpers import receipt, supplier

RELEASE = dt.date(2026, 12, 11)
ON_THE_DAY = dt.datetime(2026, 12, 11, 8, tzinfo=dt.UTC)
FIRST, SECOND = dt.date(2026, 12, 1), dt.date(2026, 12, 8)
CALENDAR_DAY, WED_1, WED_2 = dt.date(2026, 11, 19), dt.date(2026, 12, 2), dt.date(2026, 12, 9)


def due(order_id: int) -> dt.date:
    return dt.datetime.fromtimestamp(order_row(order_id).ship_by / 1e6, dt.UTC).date()


def work_of(order_id: int) -> int:
    return one("SELECT max(id) FROM fulfilment_order WHERE order_id = :id", id=order_id)


def on_preorder(code="A", day=RELEASE, cap=None):
    assert do(set_preorder, SetPreorder(code, day, cap))


def refuses(*lines):
    return place(*lines, on_shortage="refuse").id


def test_what_is_on_preorder_stays_on_the_shelf_until_its_day_and_then_goes_first_come(any_app, monkeypatch):
    monkeypatch.setattr(sellable.clock, "now", lambda: NOW)
    shop(north_A=0, north_B=5)
    on_preorder()
    first, second = waits(("A", 2), ("B", 1)), waits(("A", 2), minutes=1)
    stock(north_A=3)
    seq = react()

    assert [line.allocated for line in line_rows(first)] == [0, 1]
    assert days() == [str(RELEASE), str(RELEASE)]
    assert refused(Conflict, allocate_order, AllocateOrder(second)).facts["preorder"] == [
        {"sku": "A", "available_from": str(RELEASE)}
    ]
    with db.db.engine.connect() as connection:
        sku = one("SELECT id FROM sku WHERE code = 'A'")
        assert sellable.of_channel(connection, "web", [sku])[sku] == sellable.Sellable(0, None)
        assert fulfilment_jobs.on_sale(connection, NOW.date()) == []
        assert fulfilment_jobs.on_sale(connection, RELEASE) == [sku]

    assert do(fill_backorders, FillBackorders(sku), ON_THE_DAY) == 3
    react(seq, ON_THE_DAY)
    assert [line_rows(order_id)[0].allocated for order_id in (first, second)] == [2, 1]
    assert_clean()


def test_a_person_lets_an_order_go_before_the_day_and_says_why(any_app):
    shop(north_A=0)
    on_preorder()
    others, order_id = waits(("A", 2)), waits(("A", 2), minutes=1)
    stock(north_A=4)
    react()
    version = order_row(order_id).version

    for reason in ("", "  ", "x" * 201):
        assert "reason" in refused(Invalid, send_early, SendEarly(order_id, reason)).facts["fields"]
    assert refused(Conflict, send_early, SendEarly(order_id, "press copy", version - 1)).facts["seen"] == version - 1
    assert do(send_early, SendEarly(order_id, "press copy", version)) == 2
    refused(Conflict, send_early, SendEarly(order_id, "once more"))

    do(release_work, ReleaseWork(work_of(order_id)))
    assert (line_rows(others)[0].allocated, order_row(order_id).work) == (0, "released")
    assert read("SELECT reason, actor_name FROM order_early") == [("press copy", "Mia Ops")]
    assert_clean()


def test_a_day_that_is_set_later_stops_what_was_not_released_and_a_sooner_one_lets_it_go(any_app):
    shop(north_A=4)
    order_id = place(("A", 2)).id
    on_preorder()

    error = refused(Conflict, release_work, ReleaseWork(work_of(order_id)))
    assert error.message == "A is on preorder until 11 Dec 2026. Send the order before that day only with a reason."
    waiting = refuses(("A", 1))
    seq = react()
    assert line_rows(waiting)[0].backordered == 1

    assert do(set_preorder, SetPreorder("A", NOW.date(), None))
    react(seq)
    do(release_work, ReleaseWork(work_of(order_id)))
    assert line_rows(waiting)[0].allocated == 1
    assert_clean()


def test_a_preorder_is_sold_to_who_refuses_to_wait_for_anything_else(any_app):
    shop(north_A=0, north_B=1)
    kit("SET", B=1)
    on_preorder(cap=3)
    on_preorder("SET")

    order_id = refuses(("A", 2), ("B", 1), ("SET", 1))
    assert [(line.allocated, line.backordered) for line in line_rows(order_id)] == [(0, 2), (1, 0), (0, 1)]
    error = refused(InsufficientStock, place_order, command(("A", 1), ("B", 1), on_shortage="refuse"))
    assert [fact["sku"] for fact in error.facts["short"]] == ["B"]
    assert refused(InsufficientStock, place_order, command(("A", 2), on_shortage="refuse")).facts["short"][0]["backorder"] == 1
    assert_clean()


def test_safety_stock_and_buffers_hold_back_new_sales_only(any_app):
    shop(north_A=0)
    do(set_levels, [SetLevels("A", "north", 0, 3, (0, 0))])
    do(set_channel_rule, SetChannelRule("web", buffer=2))
    order_id = waits(("A", 4))
    stock(north_A=4)
    seq = react()

    assert line_rows(order_id)[0].allocated == 4
    stock(north_A=5)
    react(seq)
    refused(InsufficientStock, place_order, command(("A", 1), on_shortage="refuse"))
    assert place(("A", 1), on_shortage="refuse", sold=True).captured.lines[0].allocated == 1
    assert_clean()


def test_an_order_is_due_when_it_was_promised_and_not_late_before(any_app):
    shop(north_A=0)
    supplier()
    order_id = waits(("A", 2))
    number = comes(FIRST, ("A", 2))
    seq = react()
    assert (due(order_id), order_row(order_id).promise_moved) == (WED_1, None)

    moves(number, SECOND)
    seq = react(seq)
    assert (due(order_id), order_row(order_id).promise_moved) == (WED_2, "later")
    moves(number, FIRST)
    seq = react(seq)
    assert (due(order_id), order_row(order_id).promise_moved) == (WED_1, None)

    do(receive_purchase, receipt(number, ("A", 2)))
    react(seq, NOW + dt.timedelta(hours=1))
    assert (due(order_id), order_row(order_id).work) == (WED_1, "allocated")
    with db.db.engine.connect() as connection:
        assert finding.late_orders(connection, dt.datetime(2026, 12, 2, 16, tzinfo=dt.UTC)) == []
        assert len(finding.late_orders(connection, dt.datetime(2026, 12, 2, 18, tzinfo=dt.UTC))) == 1
    assert_clean()


def test_what_is_here_leaves_by_the_calendar_and_the_rest_by_its_promise(any_app):
    shop(north_A=0, north_B=5)
    supplier()
    order_id = waits(("A", 2), ("B", 1))
    comes(FIRST, ("A", 2))
    seq = react()
    assert due(order_id) == CALENDAR_DAY

    do(choose_shipping, ChooseShipping(order_id, "together"))
    seq = react(seq)
    assert due(order_id) == WED_1
    do(choose_shipping, ChooseShipping(order_id, "available"))
    react(seq)
    assert due(order_id) == CALENDAR_DAY
    assert_clean()


def test_whose_promise_moved_later_is_on_the_desk_until_the_customer_was_told(any_app):
    shop(north_A=0)
    supplier()
    order_id = waits(("A", 2))
    number = comes(FIRST, ("A", 2))
    seq = react()
    moves(number, SECOND)
    seq = react(seq)

    (opened,) = rounds()
    number_of = order_row(order_id).number
    assert (opened.kind, opened.summary) == ("promise_later", f"Order {number_of}: told 02 Dec 2026, promised 09 Dec 2026 now")
    exception_id = one("SELECT id FROM order_exception")
    assert do(apply_fix, ApplyFix(exception_id, "customer_told"), actor=replace(MIA, permissions=frozenset({"orders.update"}))).closed
    assert (order_row(order_id).promise_moved, str(one("SELECT told_on FROM promise_told"))) == (None, str(WED_2))
    assert rounds() == []

    moves(number, dt.date(2026, 12, 15))
    seq = react(seq)
    assert len(rounds()) == 1
    moves(number, SECOND)
    react(seq)
    assert gone() == ["it leaves as the customer was told"]
    do(tell_customer, TellCustomer(order_id))
    assert_clean()


def rounds():
    with db.db.engine.connect() as connection:
        found = finding.later_promises(connection)
    do(open_all, found)
    return found


def gone():
    with db.db.engine.connect() as connection:
        return list(clearing.gone(connection, NOW).values())
