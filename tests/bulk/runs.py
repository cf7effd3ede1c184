"""Runs for the tests of bulk actions: started as a person would, done as the job does."""

import flask

from dashboard.accounts import store as accounts
from dashboard.bulk import actions
from dashboard.bulk.commands import AdvanceRun, DraftRun, StartRun, UndoRun
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from tests.accounts.helpers import add_user
from tests.factories import NOW, place, read


def owner(app: flask.Flask) -> Actor:
    """Somebody with an account who may do everything."""
    return accounts.person(add_user(app, "owner"))


def orders(count: int, sku: str = "A") -> list[int]:
    """Ids of so many open, paid orders of one unit."""
    return [place((sku, 1)).id for _ in range(count)]


def start(actor: Actor, action: str, ids: list[int], now=NOW, query: str = "", **choice: str) -> int:
    """The id of a started run; not one order of it is done."""
    run_id = db.write(actions.draft_run, DraftRun(action, tuple(ids), query), actor, now)
    return db.write(actions.start_run, StartRun(run_id, {"kind": "manual", **choice}), actor, now)


def go_on(actor: Actor, run_id: int, now=NOW, most: int = 3, times: int = 10_000) -> actions.Progress:
    """Do the rest of a run, a few orders per transaction, as its job does."""
    for _ in range(times):
        moved = db.write(actions.advance_run, AdvanceRun(run_id, most, 0), actor, now)
        if moved.over:
            break
    return moved


def done(actor: Actor, action: str, ids: list[int], now=NOW, **choice: str) -> int:
    """The id of a run that was done to its end."""
    run_id = start(actor, action, ids, now, **choice)
    go_on(actor, run_id, now)
    return run_id


def undone(actor: Actor, run_id: int, now=NOW) -> int:
    """The id of the run that took it back."""
    undo_id = db.write(actions.undo_run, UndoRun(run_id), actor, now)
    go_on(actor, undo_id, now)
    return undo_id


def results(run_id: int) -> list[tuple[int, str, str | None]]:
    """(order id, state, reason) in the order of the places."""
    return read("SELECT order_id, state, reason FROM bulk_row WHERE run_id = :id ORDER BY place", id=run_id)
