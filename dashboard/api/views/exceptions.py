"""/api/v1/exceptions: the queue, and what can be done about one of them."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, exception_schemas, once
from dashboard.api.exception_bodies import AssignmentBody, FixBody, ResolutionBody, SnoozeBody
from dashboard.api.routes import number_of, route
from dashboard.desk import store
from dashboard.desk.actions import assign_exception, snooze_exception
from dashboard.desk.commands import ApplyFix, ReopenException
from dashboard.desk.fixing import apply_fix
from dashboard.desk.record import record, row_record
from dashboard.desk.reopening import reopen_exception
from dashboard.desk.rules import KINDS
from dashboard.desk.store import Query
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.exceptions import resolve_exception
from dashboard.orders.store import reader
from dashboard.web import access, paging

blueprint = flask.Blueprint("exceptions_api", __name__, url_prefix="/api/v1/exceptions")
VIEWS = ("open", "unassigned", "snoozed", "resolved")
WHICH = {
    "view": ", ".join(VIEWS),
    "kind": "one kind only",
    "assignee": "id of a user: theirs only",
    "cursor": "`next` of the page before",
    "limit": "1 to 200",
}
DONE = {"answer": exception_schemas.ExceptionDetail, "status": 201}


class Asked(NamedTuple):
    """What to do with which exception."""

    action: Callable[..., Any]
    command: Any


@route(blueprint, "GET", "", "orders.read", "Exceptions, oldest first", answer=exception_schemas.ExceptionList, query=WHICH)
def index() -> flask.Response:
    query = Query(
        view=asked.choice("view", VIEWS, "open"),
        kind=asked.choice("kind", ("", *KINDS), ""),
        owner=asked.whole("assignee") or None,
        after=asked.cursor(int, int),
        limit=asked.limit(),
    )
    page = store.page(reader(), query)
    following = paging.encode(*page.after) if page.after else None
    return once.show({"items": [row_record(row) for row in page.rows], "next": following})


@route(blueprint, "GET", "/<exception_id>", "orders.read", "One exception: facts, fixes, steps", answer=exception_schemas.ExceptionDetail)
def show(exception_id: str) -> flask.Response:
    return once.show(record(reader(), _id(exception_id), may_see_errors=access.actor().may("jobs.manage")))


@route(blueprint, "POST", "/<exception_id>/resolution", "orders.update", "Say that it is dealt with", body=ResolutionBody, **DONE)
def create_resolution(body: ResolutionBody, exception_id: str) -> flask.Response:
    return once.write(_do, Asked(resolve_exception, body.command(_id(exception_id))))


@route(
    blueprint, "DELETE", "/<exception_id>/resolution", "orders.update", "Take back that it is dealt with: only the exception, no fix",
    answer=exception_schemas.ExceptionDetail, query={"version": "of the exception as you saw it"},
)  # fmt: skip
def delete_resolution(exception_id: str) -> flask.Response:
    version = asked.whole("version") if asked.word("version") else None
    return once.write(_reopen, ReopenException(_id(exception_id), version))


def _reopen(tx: Tx, command: ReopenException, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    return 200, _do(tx, Asked(reopen_exception, command), actor, now)[1]


@route(blueprint, "POST", "/<exception_id>/assignment", "orders.update", "Give it to somebody", body=AssignmentBody, **DONE)
def create_assignment(body: AssignmentBody, exception_id: str) -> flask.Response:
    return once.write(_do, Asked(assign_exception, body.command(_id(exception_id))))


@route(blueprint, "POST", "/<exception_id>/snooze", "orders.update", "Let it sleep until a moment", body=SnoozeBody, **DONE)
def create_snooze(body: SnoozeBody, exception_id: str) -> flask.Response:
    return once.write(_do, Asked(snooze_exception, body.command(_id(exception_id))))


@route(
    blueprint,
    "POST",
    "/<exception_id>/fixes",
    "orders.read",
    "Do one of its fixes; each needs its own permission",
    body=FixBody,
    answer=exception_schemas.FixResult,
    status=201,
    key=True,
)
def create_fix(body: FixBody, exception_id: str) -> flask.Response:
    return once.write(_fix, body.command(_id(exception_id)), needs_key=True)


def _id(text: str) -> int:
    return number_of(text, "exception")


def _do(tx: Tx, wanted: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    wanted.action(tx, wanted.command, actor, now)
    tx.flush()
    return 201, record(tx.connection, wanted.command.id, may_see_errors=actor.may("jobs.manage"))


def _fix(tx: Tx, command: ApplyFix, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    """A refusal is kept as tried, so it is an answer and no error here: 409 with what was said."""
    done = apply_fix(tx, command, actor, now)
    if done.refused:
        refusal = {"type": "about:blank", "title": "Conflict", "status": 409, "code": "conflict", "detail": done.said}
        return 409, {**refusal, "facts": {"tried": command.fix, "version": done.version}}
    return 201, {"id": str(done.id), "said": done.said, "closed": done.closed, "version": done.version}
