"""The job of a bulk action: to the end, in turns, past an order that fails, and not for somebody who may not any more."""

import pytest

from dashboard.bulk import doing, jobs
from dashboard.kernel import db
from dashboard.kernel.jobs import Leased
from tests.bulk.runs import orders, owner, results, start
from tests.factories import one, read, shop

HOLDS = "SELECT count(*) FROM order_hold"


@pytest.fixture
def mia(app, clean_check, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    monkeypatch.setattr(jobs, "REST", 0.0)
    shop(north_A=50)
    return owner(app)


def run(run_id: int):
    return jobs.run_bulk(Leased(one("SELECT max(id) FROM job WHERE task = 'bulk.run'"), "bulk.run", {"run_id": run_id}, 1))


def test_it_does_all_orders_and_says_how_far_it_is(mia):
    run_id = start(mia, "hold", orders(5))

    assert run(run_id) == {"done": 5, "skipped": 0}
    assert one(HOLDS) == 5
    assert read("SELECT done_count, total_count, title FROM job WHERE task = 'bulk.run'") == [(5, 5, f"Bulk action {run_id}")]
    assert run(run_id) == {"done": 5, "skipped": 0}
    assert one(HOLDS) == 5


def test_it_lets_other_tasks_have_their_turn(mia, monkeypatch):
    monkeypatch.setattr(jobs, "TURN_SECONDS", -1.0)
    run_id = start(mia, "hold", orders(5))

    assert [run(run_id)["done"] for _ in range(3)] == [2, 4, 5]
    assert one("SELECT count(*) FROM job WHERE task = 'bulk.run'") == 3


def test_an_order_that_fails_is_passed_over_and_the_others_are_done(mia, monkeypatch, caplog):
    ids = orders(5)
    hold = doing._DOING["hold"]

    def fail(tx, order_id, *rest):
        done = hold(tx, order_id, *rest)
        return 1 / 0 if order_id == ids[2] else done

    monkeypatch.setitem(doing._DOING, "hold", fail)
    run_id = start(mia, "hold", ids)

    assert run(run_id) == {"done": 4, "skipped": 1}
    assert [(order_id, reason) for order_id, _, reason in results(run_id) if reason] == [
        (ids[2], "an error on our side; it was left as it is")
    ]
    assert one(HOLDS) == 4
    assert one("SELECT open_holds FROM orders WHERE id = :id", id=ids[2]) == 0
    assert "ZeroDivisionError" in caplog.text


def test_who_was_switched_off_meanwhile_does_nothing_more(mia):
    run_id = start(mia, "hold", orders(3))
    db.write(lambda tx: tx.connection.exec_driver_sql(f"UPDATE user_account SET active = FALSE WHERE id = {int(mia.id)}"))

    assert run(run_id) == {}
    assert one(HOLDS) == 0
    assert one("SELECT status, message FROM bulk_run WHERE id = :id", id=run_id) == ("stopped", f"{mia.name} may not do this any more.")
    assert run(run_id) == {}
