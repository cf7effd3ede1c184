"""Approving: the difference moves as of the moment of counting, above the tolerance by another person, never below what is promised."""

import pytest

from dashboard.counts.approval import approve_lines, cancel_count, recount_lines, reject_lines
from dashboard.counts.commands import CancelCount, DecideLines
from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.commands import AdjustStock
from dashboard.kernel.errors import Conflict, Forbidden, InsufficientStock, NotFound
from tests.counts.acting import (
    ANN,
    EVA,
    TOM,
    approved,
    cancelled,
    counted,
    line_id,
    lines_of,
    opened,
    recounted,
    refused_as,
    rejected,
    status_of,
)
from tests.factories import balance, do, one, place, read, shop, stock, walk
from tests.invariants import assert_whole

LEDGER = "SELECT on_hand, on_hand_after, cause, key, reason, actor_name FROM stock_movement WHERE kind = 'counted'"


def version_of(number):
    return one("SELECT version FROM stock_count WHERE number = :number", number=number)


def test_one_movement_with_the_difference_and_none_without_one(any_app):
    shop(north_A=5, north_B=7)
    number = opened("A", "B")
    counted(number, "A", 4)
    counted(number, "B", 7)
    decided = approved(number)
    assert (decided.lines, decided.left, decided.status) == (2, 0, "approved")
    assert read(LEDGER) == [(-1, 4, "count:1", f"count-line:{line_id(number, 'A')}", "counted", "Eva Manager")]
    assert (balance("A", "north"), balance("B", "north")) == ((4, 0), (7, 0))
    assert lines_of(number, "state", "decided_by") == [("approved", "user:13"), ("approved", "user:13")]
    assert_whole()


def test_sales_and_receipts_between_counting_and_approval_stay_right(any_app):
    shop(north_A=100)
    order = place(("A", 10))
    number = opened("A")
    counted(number, "A", 98)
    walk(order.id, "shipped")
    stock(north_A=40)
    place(("A", 3))
    approved(number)
    assert balance("A", "north") == (100 - 10 + 40 - 2, 3)
    assert one(LEDGER)[:2] == (-2, 128)
    assert_whole()


def test_sales_before_the_figure_are_part_of_what_is_expected(any_app):
    shop(north_A=100)
    number = opened("A")
    walk(place(("A", 10)).id, "shipped")
    counted(number, "A", 90)
    approved(number)
    assert read(LEDGER) == []
    assert balance("A", "north") == (90, 0)
    assert_whole()


def test_units_that_orders_hold_cannot_be_counted_away(any_app):
    shop(north_A=5)
    first, second = place(("A", 3)), place(("A", 1))
    number = opened("A")
    counted(number, "A", 3)
    error = refused_as(EVA, InsufficientStock, approve_lines, DecideLines(number, (line_id(number, "A"),)))
    assert error.status == 409
    assert error.facts["short"] == [
        {"sku": "A", "location": "north", "variance": -2, "available": 1, "allocated": 4, "held": 0, "order_ids": [first.id, second.id]}
    ]
    assert "Close those orders' picking short" in error.message
    walk(first.id, "shipped")
    refused_as(EVA, InsufficientStock, approve_lines, DecideLines(number, (line_id(number, "A"),)))
    do(adjust_stock, AdjustStock("A", "north", "found", change=1))
    approved(number)
    assert balance("A", "north") == (1, 1)
    assert_whole()


def test_one_line_that_cannot_be_moved_stops_all_of_them(any_app):
    shop(north_A=5, north_B=5)
    place(("A", 5))
    number = opened("A", "B")
    counted(number, "A", 4)
    counted(number, "B", 4)
    refused_as(EVA, InsufficientStock, approve_lines, DecideLines(number))
    assert approved(number, "B").status == "review"
    assert (balance("A", "north"), balance("B", "north")) == ((5, 5), (4, 0))


def test_above_the_tolerance_another_person_with_the_permission_approves(any_app):
    shop(north_A=100, north_B=10)
    number = opened("A", "B")
    counted(number, "A", 90, TOM)
    counted(number, "A", 90, EVA)
    counted(number, "B", 9, TOM)
    chosen = DecideLines(number, (line_id(number, "A"),))
    refused_as(ANN, Forbidden, approve_lines, chosen)
    refused_as(EVA, Forbidden, approve_lines, chosen)
    within = approved(number, actor=ANN)
    assert (within.lines, within.left, within.status) == (1, 1, "review")
    refused_as(ANN, Forbidden, approve_lines, DecideLines(number))
    other = EVA.__class__("user", "14", "Max Manager", "ops_manager", EVA.permissions)
    assert approved(number, "A", actor=other).status == "approved"
    assert balance("A", "north") == (90, 0)
    assert_whole()


def test_a_role_moves_no_more_units_than_it_may_adjust(any_app):
    shop(north_A=5000)
    number = opened("A")
    counted(number, "A", 4950, TOM)
    refused_as(ANN, Forbidden, approve_lines, DecideLines(number, (line_id(number, "A"),)))
    assert approved(number, actor=EVA).lines == 1
    assert balance("A", "north") == (4950, 0)


def test_a_stale_version_changes_nothing(any_app):
    shop(north_A=5, north_B=5)
    number = opened("A", "B")
    counted(number, "A", 5)
    seen = version_of(number)
    counted(number, "B", 4)
    for action in (approve_lines, reject_lines, recount_lines):
        refused_as(EVA, Conflict, action, DecideLines(number, (line_id(number, "A"),), seen), seen=seen)
    refused_as(EVA, Conflict, cancel_count, CancelCount(number, seen), version=version_of(number))
    assert approved(number, version=version_of(number)).lines == 2


def test_a_line_is_approved_once(any_app):
    shop(north_A=5, north_B=5)
    number = opened("A", "B")
    counted(number, "A", 4)
    approved(number, "A")
    refused_as(EVA, Conflict, approve_lines, DecideLines(number, (line_id(number, "A"),)), state="approved", by="Eva Manager")
    assert balance("A", "north") == (4, 0)
    assert len(read(LEDGER)) == 1


@pytest.mark.parametrize("action", [approve_lines, reject_lines, recount_lines])
def test_lines_of_another_count_are_not_found(any_app, action):
    shop(north_A=5, north_B=5)
    number, other = opened("A"), opened("B")
    counted(other, "B", 5)
    for chosen in ((line_id(other, "B"),), (), (99,), (2**70,), (line_id(number, "A"), line_id(other, "B"))):
        refused_as(EVA, NotFound, action, DecideLines(number, chosen))


def test_what_nobody_counted_is_not_approved_nor_recounted(any_app):
    shop(north_A=5)
    number = opened("A")
    for action in (approve_lines, recount_lines):
        refused_as(EVA, Conflict, action, DecideLines(number, (line_id(number, "A"),)))
        refused_as(EVA, Conflict, action, DecideLines(number))


def test_a_rejected_line_leaves_stock_alone(any_app):
    shop(north_A=5, north_B=5)
    number = opened("A", "B")
    counted(number, "A", 3)
    counted(number, "B", 5)
    rejected(number, "A")
    assert approved(number).status == "approved"
    assert balance("A", "north") == (5, 0)
    assert read(LEDGER) == []
    assert_whole()


def test_cancelling_keeps_what_was_approved(any_app):
    shop(north_A=5, north_B=5, north_C=5)
    number = opened("A", "B")
    counted(number, "A", 4)
    approved(number, "A")
    assert cancelled(number).status == "approved"
    assert lines_of(number, "state") == [("approved",), ("rejected",)]
    other = opened("C")
    refused_as(ANN, Forbidden, cancel_count, CancelCount(other))
    assert cancelled(other, TOM).status == "cancelled"
    refused_as(TOM, Conflict, cancel_count, CancelCount(other))
    assert_whole()


def test_a_recount_replaces_the_figure_and_its_moment(any_app):
    shop(north_A=50)
    number = opened("A")
    counted(number, "A", 49, TOM)
    recounted(number, "A")
    walk(place(("A", 20)).id, "shipped")
    counted(number, "A", 30, ANN)
    assert status_of(number) == "review"
    approved(number)
    assert read(LEDGER) == []
    assert balance("A", "north") == (30, 0)
    assert_whole()


def test_a_shelf_that_filled_up_meanwhile_is_counted_again(any_app):
    shop(north_A=10)
    number = opened("A")
    counted(number, "A", 12)
    stock(north_A=2**31 - 11)
    refused_as(EVA, Conflict, approve_lines, DecideLines(number))
