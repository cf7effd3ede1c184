"""Edits at the same time, on PostgreSQL: no unit is promised twice, one of two equal undos wins, two edits of one order both count."""

import threading

import pytest

from dashboard.editing.actions import edit_order
from dashboard.editing.commands import EditOrder, MergeOrders, SetPriority, SetQuantity, SetShipping, SplitOrder, UndoEdit
from dashboard.editing.merging import merge_orders
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.kernel.errors import Conflict, DomainError
from tests.checking import assert_clean
from tests.factories import balance, do, line_rows, one, order_row, place, shop


def together(app, *deeds):
    """Do them at the same time, each in a thread of its own; returns what each gave, or the error it was refused with."""
    ready, given = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(index, action, command):
        with app.app_context():
            ready.wait()
            try:
                given[index] = do(action, command)
            except DomainError as error:
                given[index] = error

    threads = [threading.Thread(target=run, args=(index, *deed)) for index, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def first_line(order_id):
    return line_rows(order_id)[0].id


@pytest.fixture
def six(pg_app):
    shop(north_A=9, south_A=3)
    return [place(("A", 1)).id for _ in range(6)]


def test_six_edits_share_the_last_units(pg_app, six):
    deeds = [(edit_order, EditOrder(order_id, (SetQuantity(first_line(order_id), 3),))) for order_id in six]

    given = together(pg_app, *deeds)

    assert sum(not isinstance(found, Conflict) for found in given) == 3
    assert balance("A", "north")[1] + balance("A", "south")[1] == 12
    assert_clean()


def test_two_edits_of_one_order_both_count_and_one_undo_wins(pg_app, six):
    order_id = six[0]
    seen = (EditOrder(order_id, (SetPriority(2),), version=1), EditOrder(order_id, (SetShipping(price=250),), version=1))

    edits = together(pg_app, *((edit_order, command) for command in seen))
    assert (order_row(order_id).priority, order_row(order_id).shipping, order_row(order_id).version) == (2, 250, 3)
    undone = together(pg_app, *[(undo_edit, UndoEdit(edits[0].edit_id))] * 3)

    assert sum(isinstance(found, Conflict) for found in undone) == 2
    assert one("SELECT count(*) FROM order_edit WHERE kind = 'undo'") == 1
    assert_clean()


def test_two_orders_that_swallow_each_other_leave_one(pg_app, six):
    given = together(pg_app, (merge_orders, MergeOrders(six[0], six[1])), (merge_orders, MergeOrders(six[1], six[0])))

    assert sum(isinstance(found, Conflict) for found in given) == 1
    do(edit_order, EditOrder(six[2], (SetQuantity(first_line(six[2]), 3),)))
    splits = together(pg_app, *[(split_order, SplitOrder(six[2], {first_line(six[2]): 2}))] * 2)
    assert sum(isinstance(found, DomainError) for found in splits) == 1
    assert_clean()
