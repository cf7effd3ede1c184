"""The desk's rounds: what is late, stuck, given up or does not add up is found once, and closes itself when it is right again."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.desk import clearing, finding, jobs
from dashboard.desk.addresses import Place, faults
from dashboard.desk.reactions import settle_cancelled, settle_supplied, show_dead_letter
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, FillBackorders
from dashboard.kernel import clock, db, outbox
from dashboard.kernel.jobs import Job
from dashboard.orders.actions import place_hold, release_hold
from dashboard.orders.commands import Address, PlaceHold, ReleaseHold, ResolveException
from dashboard.orders.exceptions import resolve_exception
from tests.desk.desk import HOUR, sold, state, trouble
from tests.desk.test_fixes import break_balance, dead_job
from tests.factories import MIA, NOW, do, one, place, read, shop, skus, stock, walk

DAY = 24 * HOUR


def rounds(now: dt.datetime) -> tuple[int, int]:
    """(opened, closed) by one round at this moment."""
    with db.db.engine.connect() as connection:
        found, over = finding.everything(connection, now), clearing.gone(connection, now)
    return do(jobs.open_all, found, now), do(clearing.clear_gone, sorted(over), now)


def test_an_order_that_should_have_left_is_late_once_and_until_it_leaves(any_app):
    shop(north_A=5)
    late, paid = place(("A", 1)), place(("A", 1), paid=False)
    due = clock.moment(one("SELECT ship_by FROM orders WHERE id = :id", id=late.id))
    assert rounds(due + HOUR) == (0, 0)

    assert rounds(due + HOUR + dt.timedelta(seconds=1)) == (1, 0)
    assert rounds(due + 2 * HOUR) == (0, 0)
    found, order_id = one("SELECT id, order_id FROM order_exception WHERE kind = 'late_order'")
    assert order_id == late.id != paid.id

    walk(late.id, "shipped")
    assert rounds(due + 3 * HOUR) == (0, 1)
    assert one("SELECT resolution, cleared FROM order_exception") == ("it has left", True)
    assert state(found) == "resolved"


def test_a_late_order_that_is_held_waits_for_something_else_and_comes_back(any_app):
    shop(north_A=5)
    order = place(("A", 1))
    soon = clock.moment(one("SELECT ship_by FROM orders")) + DAY
    assert rounds(soon) == (1, 0)
    hold = do(place_hold, PlaceHold(order.id, "fraud"))
    assert rounds(soon) == (0, 1)
    assert one("SELECT resolution FROM order_exception") == "it waits for something else: on hold"
    do(release_hold, ReleaseHold(hold))
    assert rounds(soon) == (1, 0)
    do(resolve_exception, ResolveException(one("SELECT id FROM order_exception"), "told the customer"))
    assert rounds(soon + DAY) == (0, 0)


def test_jobs_that_fail_again_and_again_or_wait_too_long_are_stuck(any_app):
    job = dead_job(1)
    set_job(job, status="ready", attempts=5, run_at=NOW + HOUR)
    assert rounds(NOW) == (1, 0)
    assert one("SELECT kind, summary FROM order_exception") == ("stuck_job", f"mail.send (job {job}) has failed 5 times")
    set_job(job, status="done")
    assert rounds(NOW) == (0, 1)

    set_job(job, status="ready", attempts=0, run_at=NOW - HOUR)
    assert rounds(NOW) == (1, 0)
    assert rounds(NOW) == (0, 0)
    assert one("SELECT summary FROM order_exception WHERE key = 'stuck_job:0'").startswith("1 job should have begun by 09:00")
    set_job(job, status="dead", finished_at=NOW)
    assert rounds(NOW) == (1, 1)


def set_job(job_id: int, **values) -> None:
    db.write(lambda tx: tx.execute(sa.update(Job).where(Job.id == job_id).values(values)) and None)


def test_a_job_given_up_is_shown_as_soon_as_it_dies(any_app):
    job = dead_job(1)
    event = outbox.Recorded(1, "JobDied", "job", str(job), 8, None, "system:jobs", "jobs", NOW, {})
    db.write(lambda tx: show_dead_letter(tx, event, NOW))
    db.write(lambda tx: show_dead_letter(tx, event, NOW))
    assert read("SELECT key, times FROM order_exception") == [(f"dead_letter:{job}", 1)]
    assert rounds(NOW) == (0, 0)


def test_what_was_short_leaves_the_queue_when_it_is_supplied_or_cancelled(any_app):
    shop(north_A=1)
    first, second = sold(("A", 2)), sold(("A", 1))
    stock(north_A=1)
    do(fill_backorders, FillBackorders(one("SELECT id FROM sku")))
    for order in (first, second):
        react(settle_supplied, "OrderProgressed", order.id)
    assert read("SELECT order_id, resolution FROM order_exception WHERE resolved_at IS NOT NULL") == [
        (first.id, "nothing of it waits for stock any more")
    ]

    do(cancel_order, CancelOrder(second.id, "customer"))
    react(settle_cancelled, "OrderCancelled", second.id)
    assert one("SELECT count(*) FROM order_exception WHERE resolved_at IS NULL") == 0


def react(reaction, type_: str, order_id: int) -> None:
    event = outbox.Recorded(1, type_, "order", str(order_id), 1, order_id, MIA.ref, MIA.name, NOW, {"before": {"phase": "out_of_stock"}})
    db.write(lambda tx: reaction(tx, event, NOW))


def test_addresses_are_looked_at_once_and_closed_when_they_are_right(any_app):
    shop(north_A=9)
    bad = place(("A", 1), ship_to=Address("Ada", "1 High St", "", "", "", "12", "GB"))
    place(("A", 1), ship_to=Address("Ada", "1 High St", "", "Leeds", "", "LS1 4DY", "GB"))
    place(("A", 1))
    assert jobs._walk(jobs.LOOKED_AT, lambda c, after: finding.bad_addresses(c, after, 500)) == 1
    assert jobs._walk(jobs.LOOKED_AT, lambda c, after: finding.bad_addresses(c, max(0, after - 100), 500)) == 0
    assert read("SELECT order_id, summary FROM order_exception") == [
        (
            bad.id,
            f"Order {bad.number}: city missing; United Kingdom needs it; the postal code is not one of United Kingdom;"
            " they look like EC1Y 8SY or GIR 0AA",
        )
    ]

    db.write(lambda tx: tx.execute(sa.text("UPDATE orders SET ship_city = 'Leeds', ship_postal_code = 'LS1 4DY'")) and None)
    assert rounds(NOW) == (0, 1)
    assert one("SELECT resolution FROM order_exception") == "the address was corrected"


@pytest.mark.parametrize(
    ("place_", "expected"),
    [
        (Place("", "", "", "GB"), []),
        (Place("1 High St", "Leeds", "LS1 4DY", "gb"), []),
        (Place("1 High St", "Leeds", "ls14dy", "GB"), []),
        (Place("1 High St", "Leeds", "", "GB"), ["postal code missing; United Kingdom needs it"]),
        (Place("", "Leeds", "LS1 4DY", "GB"), ["street missing; United Kingdom needs it"]),
        (Place("Weg 1", "Ulm", "8907", "DE"), ["the postal code is not one of Germany; they look like 26133 or 53225"]),
        (Place("Weg 1", "Ulm", "", ""), ["country missing; write its two letters, for example GB"]),
        (Place("Calle 1", "Quito", "", "EC"), []),
    ],
)
def test_only_an_address_that_cannot_be_right_is_called_so(place_, expected):
    assert faults(place_) == expected


def test_stock_is_checked_a_stretch_at_a_time_and_repair_closes_it(any_app):
    shop(north_A=5)
    skus("B")
    assert jobs._walk(jobs.CHECKED, finding.drifted_stock) == 0
    break_balance()
    assert jobs._walk(jobs.CHECKED, finding.drifted_stock) == 1
    assert jobs._walk(jobs.CHECKED, finding.drifted_stock) == 0
    assert one("SELECT summary FROM order_exception") == "A at North: On hand is 7, its movements make 5."
    db.write(lambda tx: tx.execute(sa.text("UPDATE stock_balance SET on_hand = on_hand - 2")) and None)
    assert rounds(NOW) == (0, 1)


def test_the_looks_use_indexes_and_never_walk_all_orders(app):
    shop(north_A=1)
    statements = []
    with db.db.engine.connect() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda _c, _k, text, values, *_: statements.append((text, values)))
        finding.everything(connection, NOW)
        finding.bad_addresses(connection, 0, 10)
        clearing.gone(connection, NOW)
        looked = list(statements)
        for text, values in looked:
            plan = "\n".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values))
            assert "SCAN orders" not in plan and "SCAN job" not in plan, plan


def test_one_round_does_all_of_it(app):
    trouble("late:7")
    assert set(jobs.make_rounds(None)) == {"opened", "closed", "woken", "addresses"}
