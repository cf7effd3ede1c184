"""/api/v1/bulk-actions: one thing done to many orders, watched, told row by row, taken back."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, bulk_schemas, once
from dashboard.api.bulk_bodies import BulkActionBody
from dashboard.api.routes import number_of, route
from dashboard.bulk import actions, record, rules, selecting, store
from dashboard.bulk.commands import DraftRun, StartRun, StopRun, UndoRun
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders import list_forms
from dashboard.orders.store import reader
from dashboard.web import access

blueprint = flask.Blueprint("bulk_api", __name__, url_prefix="/api/v1/bulk-actions")
STATES = ("", "done", "skipped", "waiting")
STARTED = {"answer": bulk_schemas.BulkAction, "status": 202, "key": True}


class Wanted(NamedTuple):
    """A run to be drafted and started at once."""

    draft: DraftRun
    choice: dict[str, str]


@route(
    blueprint, "POST", "", "orders.read", "Do one thing to many orders; each needs its own permission", body=BulkActionBody, **STARTED
)  # fmt: skip
def create(body: BulkActionBody) -> flask.Response:
    actor, choice = access.actor(), body.choice()
    access.demand(rules.ACTIONS[body.action].permission)
    _whole_shop(actor)
    query = list_forms.pinned(body.query or "", list_forms.me_of(actor))
    ids = _named(body.orders) if body.orders is not None else selecting.orders_of_list(reader(), query, actor, clock.now())
    return once.write(_start, Wanted(DraftRun(body.action, tuple(ids), query), choice), needs_key=True)


@route(
    blueprint, "GET", "", "orders.read", "Bulk actions, newest first", answer=bulk_schemas.BulkActionList,
    query={"cursor": "`next` of the page before", "limit": "1 to 200"},
)  # fmt: skip
def index() -> flask.Response:
    _whole_shop(access.actor())
    cursor, limit = asked.cursor(int), asked.limit()
    found = store.runs(reader(), cursor[0] if cursor else None, limit + 1)
    runs, following = asked.page(found, limit, lambda run: (run.id,))
    return once.show({"items": [record.record(reader(), run, clock.now()) for run in runs], "next": following})


@route(blueprint, "GET", "/<run_id>", "orders.read", "How far a bulk action is", answer=bulk_schemas.BulkAction)
def show(run_id: str) -> flask.Response:
    return once.show(record.record(reader(), _run(run_id), clock.now()))


@route(
    blueprint, "GET", "/<run_id>/rows", "orders.read", "What became of each order", answer=bulk_schemas.BulkActionRows,
    query={"state": "done, skipped or waiting only", "cursor": "`next` of the page before", "limit": "1 to 200"},
)  # fmt: skip
def rows(run_id: str) -> flask.Response:
    run, cursor, limit = _run(run_id), asked.cursor(int), asked.limit()
    found = store.rows(reader(), run.id, asked.choice("state", STATES, ""), cursor[0] if cursor else 0, limit + 1)
    shown, following = asked.page(found, limit, lambda row: (row.place,))
    return once.show({"items": [record.row_record(row) for row in shown], "next": following})


@route(blueprint, "POST", "/<run_id>/undo", "orders.read", "Take back what it did, where nobody has changed it since", **STARTED)
def create_undo(run_id: str) -> flask.Response:
    access.demand(rules.ACTIONS[_run(run_id).action].permission)
    return once.write(_undo, UndoRun(number_of(run_id, "bulk action")), needs_key=True)


@route(blueprint, "POST", "/<run_id>/stop", "orders.read", "Leave the orders alone that still wait", **STARTED)
def create_stop(run_id: str) -> flask.Response:
    access.demand(rules.ACTIONS[_run(run_id).action].permission)
    return once.write(_stop, StopRun(number_of(run_id, "bulk action"), f"Stopped by {access.actor().name}."), needs_key=True)


def _start(tx: Tx, wanted: Wanted, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    run_id = actions.draft_run(tx, wanted.draft, actor, now)
    return _told(tx, actions.start_run(tx, StartRun(run_id, wanted.choice), actor, now), now)


def _undo(tx: Tx, command: UndoRun, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    return _told(tx, actions.undo_run(tx, command, actor, now), now)


def _stop(tx: Tx, command: StopRun, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    return _told(tx, actions.stop_run(tx, command, actor, now), now)


def _told(tx: Tx, run_id: int, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    return 202, record.record(tx.connection, store.run(tx.connection, run_id), now)


def _run(text: str) -> Any:
    """Raises: NotFound, also for what was only asked about and never started."""
    _whole_shop(access.actor())
    run = store.run(reader(), number_of(text, "bulk action"))
    if run.status == "draft":
        raise NotFound("This bulk action does not exist.")
    return run


def _named(numbers: list[str]) -> list[int]:
    """Raises: Invalid, naming those that are no orders."""
    known = store.ids_of_numbers(reader(), numbers)
    if unknown := [number for number in numbers if number not in known]:
        raise Invalid(f"There is no order {unknown[0]!r}.", fields={"orders": f"unknown: {', '.join(unknown[:20])}"})
    return [known[number] for number in numbers]


def _whole_shop(actor: Actor) -> None:
    """Raises: Forbidden, for a token of one channel: a list would mean other channels' orders too."""
    if actor.channel is not None:
        raise Forbidden("A token of one channel cannot use bulk actions.", channel=actor.channel)
