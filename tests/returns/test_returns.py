"""Goods that come back: never more than left, and each where its disposition says."""

import pytest

from dashboard.kernel.errors import Conflict, IllegalTransition, Invalid, NotFound
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from tests.factories import balance, do, headlines, line_rows, one, place, read, refused, shop, walk
from tests.invariants import assert_whole


@pytest.fixture
def shipped(any_app):
    """An order of 3 A and 2 B, delivered: (order id, line id of A, line id of B)."""
    shop(north_A=9, north_B=9)
    placed = place(("A", 3), ("B", 2))
    walk(placed.id, "delivered")
    return placed.id, *(line.id for line in line_rows(placed.id))


def test_a_return_from_agreement_to_shelf(shipped):
    order, a, b = shipped
    found = do(request_return, RequestReturn(order, "damaged", (ReturnItem(a, 2), ReturnItem(b, 1, "damaged"))))
    assert headlines(order)[3] == "return_open"
    assert one("SELECT open_returns FROM orders") == 1
    assert do(receive_return, ReceiveReturn(found, "north")) == order
    assert [line.returned for line in line_rows(order)] == [2, 1]
    assert (balance("A", "north"), balance("B", "north")) == ((8, 0), (8, 0))
    assert read("SELECT damaged FROM stock_balance ORDER BY sku_id") == [(0,), (1,)]
    assert one("SELECT status, value_e4, version FROM return_") == ("closed", 300_000, 2)
    refused(IllegalTransition, receive_return, ReceiveReturn(found, "north"))
    assert_whole()


@pytest.mark.parametrize(
    ("disposition", "on_hand", "quarantine"), [("restock", 7, 0), ("quarantine", 7, 1), ("scrap", 6, 0), ("vendor", 6, 0)]
)
def test_each_goes_where_its_disposition_says(app, disposition, on_hand, quarantine):
    shop(north_A=9)
    placed = place(("A", 3))
    walk(placed.id, "delivered")
    found = do(request_return, RequestReturn(placed.id, "other", (ReturnItem(line_rows(placed.id)[0].id, 1, disposition),)))
    do(receive_return, ReceiveReturn(found, "north"))
    assert balance("A", "north") == (on_hand, 0)
    assert one("SELECT quarantine FROM stock_balance") == quarantine
    assert_whole()


def test_no_more_comes_back_than_left(shipped):
    order, a, b = shipped
    refused(Conflict, request_return, RequestReturn(order, "other", (ReturnItem(a, 4),)), most=3, wanted=4)
    refused(Conflict, request_return, RequestReturn(order, "other", (ReturnItem(a, 2), ReturnItem(a, 2))), most=1)
    do(request_return, RequestReturn(order, "other", (ReturnItem(a, 2),)))
    refused(Conflict, request_return, RequestReturn(order, "other", (ReturnItem(a, 2),)), most=1)
    found = do(request_return, RequestReturn(order, "other", (ReturnItem(a, 1), ReturnItem(b, 2))))
    do(receive_return, ReceiveReturn(found, "north"))
    refused(Conflict, request_return, RequestReturn(order, "other", (ReturnItem(b, 1),)), most=0)
    assert_whole()


def test_what_cannot_be_asked(shipped):
    order, a, _ = shipped
    item = (ReturnItem(a, 1),)
    for error, given in (
        (Invalid, RequestReturn(order, "because", item)),
        (Invalid, RequestReturn(order, "other", ())),
        (Invalid, RequestReturn(order, "other", (ReturnItem(999, 1),))),
        (Invalid, RequestReturn(order, "other", (ReturnItem(a, 1, "eat"),))),
        (Conflict, RequestReturn(order, "other", (ReturnItem(a, 0),))),
        (Conflict, RequestReturn(order, "other", (ReturnItem(a, -1),))),
        (Invalid, RequestReturn(order, "other", item, "\ud800")),
        (NotFound, RequestReturn(999, "other", item)),
    ):
        refused(error, request_return, given)
    found = do(request_return, RequestReturn(order, "other", item))
    refused(NotFound, receive_return, ReceiveReturn(999, "north"))
    refused(NotFound, receive_return, ReceiveReturn(found, "nowhere"))
    refused(Conflict, receive_return, ReceiveReturn(found, "north", version=7), version=1)


def test_nothing_comes_back_before_it_left(app):
    shop(north_A=9)
    placed = place(("A", 3))
    refused(Conflict, request_return, RequestReturn(placed.id, "other", (ReturnItem(line_rows(placed.id)[0].id, 1),)), most=0)
