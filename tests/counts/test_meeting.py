"""Many at once: counters on the same lines, sales and receipts during a count, approvers who meet."""

from concurrent.futures import ThreadPoolExecutor

from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import CountUnits, DecideLines, OpenCount
from dashboard.inventory import balances
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from dashboard.kernel.errors import Conflict
from tests.counts.acting import ANN, EVA, TOM, opened
from tests.factories import NOW, balance, do, one, place, read, shop, walk
from tests.invariants import assert_whole

CODES = [f"S{number:02}" for number in range(12)]


def at_once(app, *calls):
    """Run the calls in threads; returns each one's answer, or the Conflict it met."""

    def run(call):
        with app.app_context():
            try:
                return call()
            except Conflict as error:
                return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(60) for done in [pool.submit(run, call) for call in calls]]


def test_of_many_figures_for_one_line_the_first_counts(any_app):
    shop(north_A=5)
    number = opened("A")
    people = [TOM.__class__("user", str(n), f"P{n}", "warehouse", TOM.permissions) for n in range(100, 106)]
    answers = at_once(
        any_app, *[lambda who=who: do(count_units, CountUnits(number, "A", 5), NOW, who) for who in people]
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == len(people) - 1
    assert one("SELECT count(*) FROM count_line") == 1
    assert one("SELECT count(*) FROM event WHERE type = 'LineCounted'") == 1


def test_of_many_counts_for_one_shelf_one_is_opened(any_app):
    shop(north_A=5)
    answers = at_once(any_app, *[lambda: do(open_count, OpenCount("north", ("A",), source="schedule"), NOW, TOM) for _ in range(5)])
    assert sum(isinstance(answer, Conflict) for answer in answers) == 4
    assert one("SELECT count(*) FROM count_line") == 1


def test_a_line_that_two_approve_at_once_moves_once(any_app):
    shop(north_A=5)
    number = opened("A")
    do(count_units, CountUnits(number, "A", 4), NOW, TOM)
    answers = at_once(any_app, *[lambda: do(approve_lines, DecideLines(number), NOW, EVA) for _ in range(4)])
    assert sum(isinstance(answer, Conflict) for answer in answers) == 3
    assert balance("A", "north") == (4, 0)
    assert_whole()


def one_less(tx, command, actor, now):
    """The counter finds one unit less than there is at this very moment."""
    number, code, sku_id = command
    return count_units(tx, CountUnits(number, code, balances.at(tx, sku_id, 1).on_hand - 1), actor, now)


def test_sales_shipments_and_receipts_while_everybody_counts_and_approves(any_app):  # noqa: C901 (a crowd of small parts)
    """Whenever the figure was taken and approved: in the end exactly one unit is missing per SKU."""
    shop(**{f"north_{code}": 40 for code in CODES})
    number = opened(*CODES)

    def count(who, codes):
        for code in codes:
            do(one_less, (number, code, CODES.index(code) + 1), NOW, who)

    def sell():
        for code in CODES:
            walk(place((code, 1), (CODES[0], 1)).id, "shipped")

    def receive():
        for code in reversed(CODES):
            do(receive_stock, ReceiveStock(code, "north", 5), NOW)

    def approve():
        for _ in range(10):
            try:
                do(approve_lines, DecideLines(number), NOW, EVA)
            except Conflict:
                continue

    at_once(any_app, lambda: count(TOM, CODES[:6]), lambda: count(ANN, CODES[6:]), sell, sell, receive, approve)
    if one("SELECT status FROM stock_count") != "approved":
        do(approve_lines, DecideLines(number), NOW, EVA)

    assert read("SELECT DISTINCT state, counted - expected FROM count_line") == [("approved", -1)]
    sold = {code: 2 for code in CODES} | {CODES[0]: 26}
    assert {code: balance(code, "north") for code in CODES} == {code: (40 + 5 - 1 - sold[code], 0) for code in CODES}
    assert_whole()
