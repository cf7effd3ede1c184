"""/api/v1/counts: open, count blind, review, approve, recount, reject, cancel."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, count_schemas, once
from dashboard.api.count_bodies import CountBody, CountCancellationBody, CountEntryBody, DecisionBody
from dashboard.api.routes import route
from dashboard.counts import due, record, store
from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines, cancel_count, recount_lines, reject_lines
from dashboard.counts.commands import CountUnits, OpenCount
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import InsufficientStock
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader
from dashboard.orders.store.waiting import numbers

blueprint = flask.Blueprint("counts_api", __name__, url_prefix="/api/v1/counts")
VIEWS = {"all": (), **store.TABS}
WHICH = {"view": "all, open, review or done", "cursor": "`next` of the page before", "limit": "1 to 200"}
DECIDED = {"body": DecisionBody, "answer": count_schemas.CountDecision, "status": 201, "key": True}


class Asked(NamedTuple):
    """Which step of which count."""

    action: Callable[..., Any]
    command: Any


@route(blueprint, "GET", "", "stock.read", "Counts, newest first", answer=count_schemas.CountList, query=WHICH)
def index() -> flask.Response:
    limit, before = asked.limit(), asked.cursor(int)
    view = asked.choice("view", VIEWS, "all")
    rows = store.counts(reader(), VIEWS[view], before[0] if before else None, limit + 1)
    items, following = asked.page(rows, limit, lambda head: (head.id,))
    return once.show({"items": [record.head_record(head) for head in items], "next": following})


@route(
    blueprint,
    "POST",
    "",
    "stock.adjust",
    "Open a count of chosen SKUs, or of what is due",
    body=CountBody,
    answer=count_schemas.Count,
    status=201,
    key=True,
)
def create(body: CountBody) -> flask.Response:
    codes = due.codes(reader(), body.location, clock.now(), body.most) if body.skus is None else ()
    return once.write(_open, body.command(codes), needs_key=True)


def _open(tx: Tx, command: OpenCount, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    opened = open_count(tx, command, actor, now)
    return 201, record.count_record(tx.connection, opened.number)


@route(blueprint, "GET", "/<number>", "stock.read", "Read a count: no figures", answer=count_schemas.Count)
def show(number: str) -> flask.Response:
    return once.show(record.count_record(reader(), number))


@route(
    blueprint,
    "POST",
    "/<number>/figures",
    "stock.adjust",
    "Enter what was found of a SKU",
    body=CountEntryBody,
    answer=count_schemas.CountEntry,
    status=201,
    key=True,
)
def create_figure(body: CountEntryBody, number: str) -> flask.Response:
    return once.write(_enter, body.command(number), needs_key=True)


def _enter(tx: Tx, command: CountUnits, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    entered = count_units(tx, command, actor, now)
    return 201, {name: getattr(entered, name) for name in count_schemas.CountEntry.model_fields}


@route(
    blueprint,
    "GET",
    "/<number>/review",
    "counts.approve",
    "Read a count's figures beside what was expected",
    answer=count_schemas.CountReview,
)
def show_review(number: str) -> flask.Response:
    return once.show(record.review_record(reader(), number))


@route(blueprint, "POST", "/<number>/approvals", "stock.adjust", "Move variances into stock", **DECIDED)
def create_approval(body: DecisionBody, number: str) -> flask.Response:
    return once.write(_decide, Asked(approve_lines, body.command(number)), needs_key=True)


@route(blueprint, "POST", "/<number>/recounts", "counts.approve", "Have figures counted again by somebody else", **DECIDED)
def create_recount(body: DecisionBody, number: str) -> flask.Response:
    return once.write(_decide, Asked(recount_lines, body.command(number)), needs_key=True)


@route(blueprint, "POST", "/<number>/rejections", "counts.approve", "Leave lines out", **DECIDED)
def create_rejection(body: DecisionBody, number: str) -> flask.Response:
    return once.write(_decide, Asked(reject_lines, body.command(number)), needs_key=True)


@route(
    blueprint,
    "POST",
    "/<number>/cancellation",
    "stock.adjust",
    "Cancel a count; approved lines stay",
    body=CountCancellationBody,
    answer=count_schemas.CountDecision,
    status=201,
    key=True,
)
def create_cancellation(body: CountCancellationBody, number: str) -> flask.Response:
    return once.write(_decide, Asked(cancel_count, body.command(number)), needs_key=True)


def _decide(tx: Tx, asked_: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    try:
        decided = asked_.action(tx, asked_.command, actor, now)
    except InsufficientStock as error:
        raise _with_numbers(tx, error) from None
    return 201, decided._asdict()


def _with_numbers(tx: Tx, error: InsufficientStock) -> InsufficientStock:
    """The refusal with the numbers of the orders that hold the units, not their ids."""
    found = [{**one, "orders": list(numbers(tx.connection, one["order_ids"]).values())} for one in error.facts["short"]]
    for one in found:
        del one["order_ids"]
    return InsufficientStock(error.message, short=found)
