"""Fixes: each does by the product's own actions what it says, closes the exception, or is kept as tried."""

import pytest
import sqlalchemy as sa

from dashboard.desk.commands import ApplyFix
from dashboard.desk.finding import dead_letters
from dashboard.desk.fixing import FIXES as DOING
from dashboard.desk.fixing import apply_fix
from dashboard.desk.rules import FIXES, KINDS
from dashboard.fulfilment.jobs import report_late_parcels
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid
from dashboard.kernel.jobs import Job
from dashboard.orders.commands import ResolveException
from dashboard.orders.exceptions import open_exception, resolve_exception
from dashboard.orders.rules import EXCEPTION_KINDS
from tests.desk.desk import HOUR, person, sold, state, steps, trouble
from tests.factories import NOW, balance, do, headlines, line_rows, one, read, refused, shop, skus, stock, walk
from tests.invariants import assert_whole


def of(kind: str) -> int:
    return one("SELECT id FROM order_exception WHERE kind = :kind", kind=kind)


def test_every_kind_is_explained_and_every_fix_can_be_done():
    assert set(KINDS) == set(EXCEPTION_KINDS)
    assert {fix for kind in KINDS.values() for fix in kind.fixes} == set(FIXES) == set(DOING)
    for kind in KINDS.values():
        letters = [FIXES[fix].letter for fix in kind.fixes]
        assert len(letters) == len(set(letters))
        assert not set(letters) & set("jkxoruzgsei")


def test_an_unknown_item_becomes_a_sku_and_takes_its_stock(any_app):
    mia = person(1, "Mia")
    shop(north_A=5)
    order = sold(("A-OLD", 3), ("A", 1))
    found = of("unknown_sku")

    done = do(apply_fix, ApplyFix(found, "map_sku", {"sku": "a"}), actor=mia)

    assert (done.closed, done.refused, done.said) == (True, False, "A-OLD is A, 3 of 3 allocated")
    assert [(line.sku_code, line.allocated, line.backordered) for line in line_rows(order.id)] == [("A", 3, 0), ("A", 1, 0)]
    assert (balance("A", "north"), state(found)) == ((5, 4), "resolved")
    assert one("SELECT resolution FROM order_exception WHERE id = :id", id=found).startswith("Use this SKU: A-OLD is A")
    assert one("SELECT data FROM event WHERE type = 'LineMapped'")
    assert_whole()


def test_an_unknown_item_that_is_short_goes_on_waiting_as_such(any_app):
    mia = person(1, "Mia")
    shop(north_A=2)
    order = sold(("A-OLD", 3), ("B-OLD", 1))
    found = of("unknown_sku")
    for choice in ({}, {"sku": "nothing"}, {"sku": "A", "code": "elsewhere"}):
        before = read("SELECT sku_id FROM order_line")
        if "code" in choice:
            assert do(apply_fix, ApplyFix(found, "map_sku", choice), actor=mia).refused
        else:
            with pytest.raises(Invalid):
                do(apply_fix, ApplyFix(found, "map_sku", choice), actor=mia)
        assert read("SELECT sku_id FROM order_line") == before

    done = do(apply_fix, ApplyFix(found, "map_sku", {"sku": "A", "code": "A-OLD"}), actor=mia)

    assert (done.closed, done.said) == (False, "A-OLD is A, 2 of 3 allocated; 1 lines are unknown still")
    assert (line_rows(order.id)[0].allocated, line_rows(order.id)[0].backordered) == (2, 1)
    assert one("SELECT summary FROM order_exception WHERE kind = 'oversold'") == f"Order {order.number}: sold without stock A (1)"
    assert one("SELECT open_units FROM sku_backorder") == 1
    assert_whole()


def test_what_cannot_be_allocated_is_kept_as_tried_and_nothing_else(any_app):
    mia = person(1, "Mia")
    shop(north_A=1)
    order = sold(("A", 3))
    found = of("oversold")

    done = do(apply_fix, ApplyFix(found, "allocate", version=1), actor=mia)

    assert (done.closed, done.refused, done.version) == (False, True, 2)
    assert done.said == "There is still no stock for A. Receive some first."
    assert steps(found) == ["opened", "tried"]
    assert balance("A", "north") == (1, 1)
    refused(Conflict, apply_fix, ApplyFix(found, "allocate", version=1), version=2, seen=1)

    stock(north_A=2)
    assert do(apply_fix, ApplyFix(found, "allocate"), actor=mia).closed
    assert (headlines(order.id)[1], state(found)) == ("allocated", "resolved")
    assert balance("A", "north") == (3, 3)
    assert_whole()


def test_cancelling_frees_the_order_and_needs_its_permission(any_app):
    shop(north_A=1)
    order = sold(("A", 3))
    found = of("oversold")
    weak = Actor("user", "9", "Wim", "warehouse", frozenset({"orders.read", "orders.update"}))
    with pytest.raises(Forbidden):
        do(apply_fix, ApplyFix(found, "cancel_order"), actor=weak)
    assert state(found) == "open"

    assert do(apply_fix, ApplyFix(found, "cancel_order"), actor=person(1, "Mia")).closed

    assert (headlines(order.id)[0], balance("A", "north")) == ("cancelled", (1, 0))
    assert_whole()


def test_cancelling_what_waits_sends_the_rest_and_all_of_an_order_is_refused(any_app):
    mia = person(1, "Mia")
    shop(north_A=1)
    order, other = sold(("A", 3), ("A-OLD", 2)), sold(("A", 1))

    done = do(apply_fix, ApplyFix(of("unknown_sku"), "cancel_waiting"), actor=mia)
    assert (done.closed, done.said) == (True, "2 cancelled")
    short, whole = (one("SELECT id FROM order_exception WHERE kind = 'oversold' AND order_id = :id", id=x.id) for x in (order, other))
    assert do(apply_fix, ApplyFix(short, "cancel_waiting"), actor=mia).closed
    assert [(line.allocated, line.backordered, line.cancelled) for line in line_rows(order.id)] == [(1, 0, 2), (0, 0, 2)]

    done = do(apply_fix, ApplyFix(whole, "cancel_waiting"), actor=mia)
    assert (done.closed, done.refused) == (False, True)
    assert headlines(other.id)[0] == "open"
    assert_whole()


def test_a_fix_of_another_kind_or_of_something_resolved_is_refused(any_app):
    mia, found = person(1, "Mia"), trouble("dead_letter:5", "dead_letter")
    for command in (ApplyFix(found, "cancel_order"), ApplyFix(found, "dance")):
        with pytest.raises(Invalid):
            do(apply_fix, command, actor=mia)
    do(resolve_exception, ResolveException(found))
    with pytest.raises(Conflict) as error:
        do(apply_fix, ApplyFix(found, "retry_job"), actor=mia)
    assert error.value.facts["resolved_by"] == "Mia Ops"
    assert steps(found) == ["opened", "resolved"]


def test_a_job_given_up_is_tried_again_and_comes_back_if_it_dies_again(any_app):
    mia = person(1, "Mia")
    job = dead_job(1)
    found = reported()
    assert reported() is None

    assert do(apply_fix, ApplyFix(found, "retry_job"), actor=mia).closed
    assert one("SELECT status, attempts FROM job WHERE id = :id", id=job) == ("ready", 0)

    db.write(lambda tx: tx.execute(sa.update(Job).values(status="dead", finished_at=NOW + HOUR)) and None)
    assert reported() == found
    assert one("SELECT times FROM order_exception") == 2


def dead_job(number: int) -> int:
    values = {"task": "mail.send", "payload": "{}", "status": "dead", "run_at": NOW, "attempts": 8, "created_at": NOW, "done_count": 0,
              "total_count": 0, "title": "", "actor": "system", "finished_at": NOW, "error": "Traceback: no route"}  # fmt: skip
    return db.write(lambda tx: tx.execute(sa.insert(Job).values(values).returning(Job.id)).scalar_one())


def reported() -> int | None:
    with db.db.engine.connect() as connection:
        found = dead_letters(connection)
    return do(open_exception, found[0]) if found else None


def test_a_late_parcel_that_has_arrived_is_delivered(any_app):
    mia = person(1, "Mia")
    shop(north_A=1)
    order = sold(("A", 1))
    walk(order.id, "shipped")
    db.write(lambda tx: tx.execute(sa.text("UPDATE parcel SET expected_at = 0")) and None)
    assert do(report_late_parcels, None) == 1

    assert do(apply_fix, ApplyFix(of("late"), "delivered"), actor=mia).closed

    assert headlines(order.id)[1] == "delivered"
    assert_whole()


def test_a_late_order_is_released_and_stays_until_it_has_left(any_app):
    mia = person(1, "Mia")
    shop(north_A=1)
    order = sold(("A", 1))
    found = trouble(f"late_order:{order.id}", "late_order", order.id)

    done = do(apply_fix, ApplyFix(found, "release"), actor=mia)

    assert (done.closed, done.said) == (False, "1 shipment released")
    assert read("SELECT status FROM fulfilment_order") == [("released",)]
    assert do(apply_fix, ApplyFix(found, "release"), actor=mia).refused


def test_stock_that_does_not_add_up_is_repaired_by_who_may(any_app):
    skus("B")
    shop(north_A=5)
    break_balance()
    sku, place = one("SELECT sku_id, location_id FROM stock_balance")
    found = trouble(f"stock_mismatch:{sku}:{place}", "stock_mismatch")
    assert do(apply_fix, ApplyFix(found, "recheck"), actor=person(1, "Mia")).refused

    assert do(apply_fix, ApplyFix(found, "repair"), actor=Actor("user", "1", "Mia", "owner", frozenset({"stock.adjust"}))).closed

    assert_whole()


def break_balance() -> None:
    """A balance that its ledger does not explain, past every guard of ours."""
    db.write(lambda tx: tx.execute(sa.text("UPDATE stock_balance SET on_hand = on_hand + 2")) and None)
