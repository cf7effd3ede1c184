"""Actions that are committed together: each sees what those before it did, fails alone, and they are written in one go."""

import threading

import pytest

from dashboard.channels.actions import place_order
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.inventory import balances
from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.commands import AdjustStock
from dashboard.kernel import crash, engines, idempotency
from dashboard.kernel.db import database
from dashboard.kernel.errors import Conflict, IdempotencyMismatch, InsufficientStock, Invalid, Unavailable
from dashboard.kernel.statements import Prepared
from dashboard.kernel.writer import Writer
from dashboard.orders.model import OrderLine
from dashboard.payments.rows import INSERT_PAYMENT
from tests.factories import MIA, NOW, balance, command, do, one, order_row, place, read, shop
from tests.invariants import assert_whole

TOUCH = Prepared(sqlite="UPDATE location SET version = version")
RETIRE = Prepared(sqlite="UPDATE sku SET active = 0")
LINES = Prepared(sqlite="SELECT count(*) FROM order_line")


def together(*works):
    """The jobs of these works, all of one commit: the writer is kept busy until they all wait for it."""
    going, go = threading.Event(), threading.Event()

    def keep_busy(tx):
        going.set()
        go.wait()

    first = database().submit(keep_busy)
    assert going.wait(30)
    jobs = [database().submit(work) for work in works]
    go.set()
    first.result(30)
    for job in jobs:
        job.exception(30)
    return jobs


def placing(*lines, **more):
    return lambda tx: place_order(tx, command(*lines, **more), MIA, NOW)


@pytest.fixture
def runs(monkeypatch):
    """How each transaction of the writer was run: with a savepoint for each action or without."""
    seen = []
    once = Writer._transaction

    def run(self, jobs, *, guarded):
        seen.append("guarded" if guarded else "together")
        return once(self, jobs, guarded=guarded)

    monkeypatch.setattr(Writer, "_transaction", run)
    return seen


def test_orders_are_written_in_one_go(app, runs):
    shop(north_A=100, north_B=100)
    runs.clear()
    before = one("SELECT max(seq) FROM event")
    jobs = together(*[placing(("A", 1), ("B", 2)) for _ in range(8)])
    assert runs == ["together"]
    assert sorted(job.value.id for job in jobs) == list(range(1, 9))
    assert (balance("A", "north"), balance("B", "north")) == ((100, 8), (100, 16))
    types = [row[0] for row in read("SELECT type FROM event WHERE seq > :before ORDER BY seq", before=before)]
    assert types == ["StockAllocated", "OrderCaptured", "WorkOpened", "PaymentRecorded"] * 8
    assert one("SELECT sum(count) FROM order_facet WHERE view = 'open'") == 8
    assert_whole()


def test_the_last_units_go_to_the_first_who_asks(app, runs):
    shop(north_A=3)
    runs.clear()
    first, second, third = together(placing(("A", 2)), placing(("A", 2)), placing(("A", 1)))
    assert first.error is None and third.error is None
    assert isinstance(second.error, InsufficientStock)
    assert second.error.facts["short"] == [{"sku": "A", "wanted": 2, "available": 1}]
    assert balance("A", "north") == (3, 3)
    assert runs == ["together"]
    assert_whole()


def test_who_asks_for_what_does_not_exist_costs_the_others_nothing(app, runs):
    shop(north_A=3)
    runs.clear()
    first, second, third = together(placing(("A", 1)), placing(("NONE", 1)), placing(("A", 1)))
    assert (first.value.id, type(second.error), third.value.id) == (1, Invalid, 2)
    assert runs == ["together"]
    assert_whole()


def retire_by_connection(tx):
    connection = tx.connection
    place_order(tx, command(("A", 1)), MIA, NOW)
    connection.exec_driver_sql(RETIRE.on("sqlite").text)


@pytest.mark.parametrize("retire", [lambda tx: tx.run(RETIRE), retire_by_connection], ids=["a statement", "the connection"])
def test_what_is_no_longer_for_sale_is_not_sold_to_the_next(app, runs, retire):
    shop(north_A=3)
    place(("A", 1))
    runs.clear()
    first, _, second = together(placing(("A", 1)), retire, placing(("A", 1)))
    assert (first.error, type(second.error)) == (None, Invalid)
    assert runs == ["together"]


@pytest.mark.parametrize(
    "look",
    [
        lambda tx: tx.run(LINES).fetchone()[0],
        lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM order_line").scalar(),
        lambda tx: tx.orm.query(OrderLine).count(),
    ],
    ids=["a statement", "the connection", "the session"],
)
def test_whoever_looks_sees_what_those_before_him_wrote(app, look):
    shop(north_A=9)
    before, after = [], []
    together(
        lambda tx: before.append(look(tx)), placing(("A", 1), ("A", 2)), lambda tx: after.append(look(tx)), placing(("A", 1))
    )
    assert (before, after) == ([0], [2])
    assert_whole()


def test_stock_that_is_adjusted_in_between_is_what_the_next_order_sees(app, runs):
    shop(north_A=9)
    runs.clear()
    taken = AdjustStock("A", "north", "lost", change=-6)
    first, _, second, third = together(
        placing(("A", 2)), lambda tx: adjust_stock(tx, taken, MIA, NOW), placing(("A", 2)), placing(("A", 1))
    )
    assert isinstance(second.error, InsufficientStock)
    assert second.error.facts["short"] == [{"sku": "A", "wanted": 2, "available": 1}]
    assert first.error is third.error is None
    assert balance("A", "north") == (3, 3)
    assert runs == ["together"]  # found out by looking, not by failing
    assert_whole()


def test_stock_that_is_adjusted_or_freed_later_is_what_the_next_order_sees(app):
    shop(north_A=4)
    placed = place(("A", 4))
    do(cancel_order, CancelOrder(placed.id, "customer"))
    place(("A", 3))
    do(adjust_stock, AdjustStock("A", "north", "found", change=2))
    place(("A", 3))
    assert balance("A", "north") == (6, 6)
    assert_whole()


def test_another_process_that_writes_is_heard_of(app, runs):
    shop(north_A=9)
    place(("A", 1))
    runs.clear()
    other = engines.sqlite.connect(database().url.database)
    with other:
        other.execute("UPDATE stock_balance SET on_hand = 2")
    other.close()
    with pytest.raises(InsufficientStock) as refused:
        place(("A", 2))
    assert refused.value.facts["short"] == [{"sku": "A", "wanted": 2, "available": 1}]
    assert runs == ["together"]


def test_who_fails_after_he_has_written_leaves_nothing_and_takes_nobody_with_him(app, runs):
    shop(north_A=9)
    runs.clear()

    def fail(tx):
        place_order(tx, command(("A", 4)), MIA, NOW)
        raise Conflict("no")

    first, second, third = together(placing(("A", 1)), fail, placing(("A", 5)))
    assert runs == ["together", "guarded", "together"]
    assert (type(second.error), first.error, third.error) == (Conflict, None, None)
    assert balance("A", "north") == (9, 6)
    assert one("SELECT count(*) FROM orders") == 2
    assert_whole()


def test_who_fails_with_rows_that_wait_leaves_none(app):
    shop(north_A=9)

    def fail(tx):
        tx.add(INSERT_PAYMENT, [(77, 1, "manual", "", "GBP", 0, 0, 0, 0, 1)])
        raise Conflict("no")

    first, second, third = together(placing(("A", 1)), fail, placing(("A", 1)))
    assert (type(second.error), first.error, third.error) == (Conflict, None, None)
    assert one("SELECT count(*) FROM payment WHERE id = 77") == 0
    assert_whole()


def test_rows_that_cannot_be_written_are_their_own_actions_fault(app, runs):
    shop(north_A=9)
    runs.clear()

    def pay(tx):  # for no order
        tx.add(INSERT_PAYMENT, [(77, 999, "manual", "", "GBP", 0, 0, 0, 0, 1)])

    first, second, third = together(placing(("A", 1)), pay, placing(("A", 1)))
    assert "FOREIGN KEY" in str(second.error)
    assert first.error is third.error is None
    assert runs == ["together", "guarded"]
    assert_whole()


def answering(key, body, work):
    return lambda tx: idempotency.once(tx, "api:test", key, body, lambda tx: (201, str(work(tx).id)), NOW)


def test_one_key_is_answered_once(app):
    shop(north_A=9)
    orders = placing(("A", 1))
    first, again, other = together(
        answering("K", "same", orders), answering("K", "same", orders), answering("K", "other", orders)
    )
    assert (first.value.replayed, again.value.replayed) == (False, True)
    assert first.value[:2] == again.value[:2] == (201, "1")
    assert isinstance(other.error, IdempotencyMismatch)
    assert one("SELECT count(*) FROM orders") == 1


def test_one_order_of_a_channel_is_taken_once(app):
    shop(north_A=9)
    first, again, other = together(*[placing(("A", 1), external_id=name) for name in ("W-1", "W-1", "W-2")])
    assert [(job.value.id, job.value.created) for job in (first, again, other)] == [(1, True), (1, False), (2, True)]
    assert order_row(1).external_id == "W-1"
    assert_whole()


def test_after_a_commit_that_failed_everything_is_read_again(app, monkeypatch):
    shop(north_A=3)
    place(("A", 1))

    def fail(name):
        if name == "before_commit":
            raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(crash, "point", fail)
        with pytest.raises(Unavailable):
            place(("A", 2))
    place(("A", 2))
    assert balance("A", "north") == (3, 3)
    assert_whole()


def test_a_balance_that_was_read_twice_is_not_taken_for_what_it_was(app, runs):
    shop(north_A=3)
    runs.clear()

    def take(tx):
        old = balances.locked(tx, [1])[1]
        tx.run(TOUCH)  # and all that was seen is forgotten
        balances.locked(tx, [1])
        balances.allocate(tx, [(old[0], 2)], 0, "test", MIA, NOW)

    _, order = together(take, placing(("A", 2)))
    assert isinstance(order.error, InsufficientStock)
    assert order.error.facts["short"] == [{"sku": "A", "wanted": 2, "available": 1}]
    assert runs == ["together"]
