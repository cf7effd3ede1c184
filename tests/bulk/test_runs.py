"""What a bulk action does to each order, and that its undo leaves every order as it was."""

import datetime as dt

import pytest

from dashboard.bulk import actions
from dashboard.bulk.commands import AdvanceRun, DraftRun, StartRun, StopRun, UndoRun
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid
from dashboard.orders.actions import place_hold, release_hold
from dashboard.orders.commands import PlaceHold, ReleaseHold
from dashboard.orders.labels import AssignOrder, TagOrder, assign_order, tag_order, untag_order
from tests.bulk.runs import done, go_on, orders, owner, results, start, undone
from tests.factories import MIA, NOW, do, dump, one, place, read, shop, walk

COUNTED = "SELECT total, done, skipped, status FROM bulk_run WHERE id = :id"


@pytest.fixture
def mia(any_app, clean_check):
    """On both databases: what undo must restore, and what is done twice at once."""
    shop(north_A=50, north_B=1)
    return owner(any_app)


@pytest.fixture
def tom(app, clean_check):
    shop(north_A=50, north_B=1)
    return owner(app)


def kept() -> list[tuple]:
    """Every column of every order but its version, and every hold, tag and assignee."""
    with db.db.engine.connect() as connection:
        rows = [dict(row._mapping) for row in connection.exec_driver_sql("SELECT * FROM orders ORDER BY id")]
    return [tuple(value for name, value in row.items() if name != "version") for row in rows]


def labels() -> list[tuple]:
    return [*read("SELECT * FROM order_tag ORDER BY order_id, tag"), *read("SELECT * FROM order_assignee ORDER BY order_id")]


def test_a_bulk_hold_says_of_each_order_what_became_of_it(tom):
    open_one, shipped, held = orders(3)
    walk(shipped, "delivered")
    do(place_hold, PlaceHold(held, "address"))

    run_id = done(tom, "hold", [open_one, shipped, held], kind="address", note="street?")

    assert results(run_id) == [
        (open_one, "done", None),
        (shipped, "skipped", "it is completed; only an open order can be held"),
        (held, "skipped", "it is held for that already"),
    ]
    assert read(COUNTED, id=run_id) == [(3, 1, 2, "done")]
    assert read("SELECT order_id, kind, note, placed_by FROM order_hold ORDER BY id")[-1] == (open_one, "address", "street?", tom.name)


def test_undo_of_a_hold_leaves_every_order_as_it_was(mia):
    ids = orders(7)
    do(place_hold, PlaceHold(ids[3], "fraud"))
    before = kept()

    run_id = done(mia, "hold", ids, kind="manual")
    assert kept() != before
    undo_id = undone(mia, run_id)

    assert kept() == before
    assert read(COUNTED, id=undo_id) == [(7, 7, 0, "done")]
    assert one("SELECT count(*) FROM order_hold WHERE released_at IS NULL") == 1


def test_undo_of_a_released_hold_brings_back_the_very_hold(mia):
    ids = orders(3)
    for order_id in ids[:2]:
        do(place_hold, PlaceHold(order_id, "fraud", "call first", until=NOW + dt.timedelta(days=2)))
    waits = place(("A", 1), paid=False).id
    do(place_hold, PlaceHold(waits, "manual"))
    before, holds = kept(), read("SELECT * FROM order_hold ORDER BY id")

    run_id = done(mia, "release_hold", [*ids, waits], NOW + dt.timedelta(hours=1), kind="any", note="checked")
    assert [state for _, state, _ in results(run_id)] == ["done", "done", "skipped", "done"]
    undone(mia, run_id, NOW + dt.timedelta(hours=2))

    assert kept() == before
    assert read("SELECT * FROM order_hold ORDER BY id") == holds


@pytest.mark.parametrize(
    ("action", "choice"), [("tag", {"tag": " VIP  late "}), ("untag", {"tag": "old"}), ("assign", {}), ("assign", {"user": "none"})]
)
def test_undo_of_labels_is_exact(mia, action, choice):
    ids = orders(4)
    do(tag_order, TagOrder(ids[0], "old"))
    do(tag_order, TagOrder(ids[0], "vip late"))
    do(assign_order, AssignOrder(ids[1], int(mia.id)))
    before, tagged = kept(), labels()

    run_id = done(mia, action, ids, NOW + dt.timedelta(hours=1), **{"user": mia.id, **choice})
    assert labels() != tagged
    undone(mia, run_id, NOW + dt.timedelta(hours=2))

    assert (kept(), labels()) == (before, tagged)


def test_undo_leaves_alone_what_somebody_has_changed_since(tom):
    first, second, third, fourth, fifth = orders(5)
    held = done(tom, "hold", [first, second, fifth], kind="manual")
    tagged = done(tom, "tag", [first, second, third], tag="vip")
    given = done(tom, "assign", [third, fourth], user=tom.id)
    hold_id = one("SELECT id FROM order_hold WHERE order_id = :id", id=first)
    do(release_hold, ReleaseHold(hold_id, "fine"))
    for order_id in (first, second):
        do(untag_order, TagOrder(order_id, "vip"))
    later = NOW + dt.timedelta(minutes=5)
    do(tag_order, TagOrder(second, "vip"), later)
    do(assign_order, AssignOrder(third, None))
    do(cancel_order, CancelOrder(fifth, "customer"))

    assert results(undone(tom, held)) == [
        (fifth, "skipped", "it is cancelled since"),
        (second, "done", None),
        (first, "skipped", "Mia Ops has released this hold since"),
    ]
    assert results(undone(tom, tagged)) == [
        (third, "done", None),
        (second, "skipped", "Mia Ops has given it this tag anew since"),
        (first, "skipped", "somebody has taken this tag away since"),
    ]
    assert results(undone(tom, given)) == [
        (fourth, "done", None), (third, "skipped", "somebody has given it back to everybody since"),
    ]  # fmt: skip


def test_a_hold_that_was_released_and_picked_stays_released(tom):
    (order_id,) = orders(1)
    do(place_hold, PlaceHold(order_id, "manual"))
    run_id = done(tom, "release_hold", [order_id], kind="any")
    walk(order_id, "packed")

    assert results(undone(tom, run_id)) == [(order_id, "skipped", "it went on since: it was to pick, and is to ship")]


def test_release_allocate_and_cancel_do_what_one_order_s_step_does(mia):
    ready, held, cancelled = orders(3)
    do(place_hold, PlaceHold(held, "manual"))
    waiting = place(("B", 3), on_shortage="backorder").id
    unpaid = place(("A", 1), paid=False).id

    assert results(done(mia, "release", [ready, held, waiting, unpaid]))[0] == (ready, "done", None)
    assert [reason for _, _, reason in results(done(mia, "release", [ready, held, waiting, unpaid]))] == [
        "it is released already", "it is on hold", "it is released already", "its payment is due",
    ]  # fmt: skip
    assert results(done(mia, "allocate", [ready, waiting])) == [
        (ready, "skipped", "nothing of it waits for stock"),
        (waiting, "skipped", "There is still no stock for B. Receive some first."),
    ]
    assert results(done(mia, "cancel", [cancelled, ready], reason="customer")) == [(cancelled, "done", None), (ready, "done", None)]
    assert results(done(mia, "print", [held, cancelled], document="slips")) == [
        (held, "done", None), (cancelled, "skipped", "it is cancelled; nothing is left to send"),
    ]  # fmt: skip


def test_a_refusal_in_the_middle_of_an_order_undoes_that_order_alone(tom):
    first, picked, last = orders(3)
    walk(picked, "picked")
    stock = one("SELECT allocated FROM stock_balance ORDER BY id LIMIT 1")

    run_id = done(tom, "cancel", [first, picked, last], reason="duplicate")

    assert [state for _, state, _ in results(run_id)] == ["done", "skipped", "done"]
    assert one("SELECT allocated FROM stock_balance ORDER BY id LIMIT 1") == stock - 2


def test_what_is_not_undoable_says_why(tom):
    ids = orders(2)
    run_id = done(tom, "cancel", ids, reason="customer")
    before = dump()

    with pytest.raises(Conflict, match="a cancelled order stays cancelled"):
        db.write(actions.undo_run, UndoRun(run_id), tom, NOW)
    assert dump() == before


def test_a_run_is_undone_once_and_within_a_day(tom):
    run_id, late = done(tom, "hold", orders(2)), done(tom, "tag", orders(1), tag="x")
    undone(tom, run_id)

    with pytest.raises(Conflict, match="undone already"):
        db.write(actions.undo_run, UndoRun(run_id), tom, NOW)
    with pytest.raises(Conflict, match="24 hours"):
        db.write(actions.undo_run, UndoRun(late), tom, NOW + dt.timedelta(hours=25))


def test_a_stopped_run_leaves_the_rest_alone_and_can_be_undone(tom):
    ids = orders(6)
    before = kept()
    run_id = start(tom, "hold", ids)
    go_on(tom, run_id, most=2, times=2)

    db.write(actions.stop_run, StopRun(run_id, "enough"), tom, NOW)
    assert go_on(tom, run_id) == (True, 4, 0, 6)
    assert one("SELECT count(*) FROM order_hold") == 4
    with pytest.raises(Conflict, match="ended already"):
        db.write(actions.stop_run, StopRun(run_id, "again"), tom, NOW)
    undone(tom, run_id)

    assert kept() == before


def test_two_workers_on_one_run_do_each_order_once(mia):
    run_id = start(mia, "hold", orders(5))
    other = AdvanceRun(run_id, 2, 0)
    for _ in range(2):
        go_on(mia, run_id, most=1, times=1)
        db.write(actions.advance_run, other, mia, NOW)

    assert read(COUNTED, id=run_id) == [(5, 5, 0, "done")]
    assert one("SELECT count(*) FROM order_hold") == 5


@pytest.mark.parametrize(
    ("action", "choice", "field"),
    [
        ("hold", {"kind": "whim"}, "kind"),
        ("hold", {"until": "tomorrow"}, "until"),
        ("hold", {"until": "2020-01-01T00:00:00+00:00"}, "until"),
        ("tag", {"tag": " "}, "tag"),
        ("tag", {"tag": "x" * 41}, "tag"),
        ("tag", {"tag": "a\x00"}, "tag"),
        ("assign", {"user": "99999"}, "user"),
        ("assign", {"user": "me"}, "user"),
        ("cancel", {"reason": ""}, "reason"),
        ("print", {"document": "novel"}, "document"),
    ],
)
def test_a_choice_that_is_not_there_starts_nothing(tom, action, choice, field):
    run_id = db.write(actions.draft_run, DraftRun(action, tuple(orders(1))), tom, NOW)
    before = dump()

    with pytest.raises(Invalid) as error:
        db.write(actions.start_run, StartRun(run_id, {"kind": "manual", **choice}), tom, NOW)
    assert field in error.value.facts["fields"]
    assert dump() == before


def test_who_may_not_do_it_to_one_may_not_do_it_to_many(tom):
    (order_id,) = orders(1)
    draft = db.write(actions.draft_run, DraftRun("hold", (order_id,)), tom, NOW)
    before = dump()
    reader = Actor("user", "9", "Ann", "analyst", frozenset({"orders.read"}))
    other = Actor("user", "9", "Eve", "owner", tom.permissions)

    with pytest.raises(Forbidden):
        db.write(actions.draft_run, DraftRun("cancel", (order_id,)), reader, NOW)
    with pytest.raises(Forbidden, match="choose them yourself"):
        db.write(actions.start_run, StartRun(draft, {"kind": "manual"}), other, NOW)
    for wrong in (DraftRun("hold", ()), DraftRun("dance", (order_id,))):
        with pytest.raises(Invalid):
            db.write(actions.draft_run, wrong, tom, NOW)
    assert dump() == before


def test_a_draft_that_nobody_starts_is_forgotten(mia):
    ids = orders(2)
    draft = db.write(actions.draft_run, DraftRun("hold", tuple(ids)), mia, NOW)
    started = start(mia, "hold", ids)

    assert db.write(actions.forget_drafts, 10, MIA, NOW + dt.timedelta(minutes=59)) == 0
    assert db.write(actions.forget_drafts, 10, MIA, NOW + dt.timedelta(minutes=61)) == 1
    assert read("SELECT id FROM bulk_run") == [(started,)]
    assert one("SELECT count(*) FROM bulk_row WHERE run_id = :id", id=draft) == 0
    go_on(mia, started)
