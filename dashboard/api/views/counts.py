"""/api/v1/counts: open, count blind, review, approve, recount, reject, cancel."""

import datetime as dt
from typing import Any

import flask

from dashboard.api import asked, count_schemas, once
from dashboard.api.count_bodies import ApprovalBody, CountBody, CountCancellationBody, CountEntryBody, DecisionBody
from dashboard.api.routes import route
from dashboard.counts import due, record, store
from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines, cancel_count, recount_lines, reject_lines
from dashboard.counts.commands import DecideLines, TakeBack
from dashboard.counts.correcting import take_back
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
    codes = due.codes(reader(), body.location, clock.now(), body.most) if body.skus is None and body.bin is None else ()
    return once.act(open_count, body.command(codes), _count)


def _count(tx: Tx, opened: Any, _actor: Actor) -> dict[str, Any]:
    return record.count_record(tx.connection, opened.number)


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
    return once.act(count_units, body.command(number), _entry)


def _entry(_tx: Tx, entered: Any, _actor: Actor) -> dict[str, Any]:
    return {name: getattr(entered, name) for name in count_schemas.CountEntry.model_fields}


@route(
    blueprint,
    "DELETE",
    "/<number>/figures/<sku>",
    "stock.adjust",
    "Take back one's own figure that was mistyped",
    answer=count_schemas.CountTakenBack,
)
def delete_figure(number: str, sku: str) -> flask.Response:
    return once.act(take_back, TakeBack(number, sku), _taken_back, 200, needs_key=False)


def _taken_back(_tx: Tx, line: Any, _actor: Actor) -> dict[str, Any]:
    return {"sku": line.sku, "status": line.status, "version": line.version}


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


@route(blueprint, "POST", "/<number>/approvals", "stock.adjust", "Move variances into stock", **{**DECIDED, "body": ApprovalBody})
def create_approval(body: ApprovalBody, number: str) -> flask.Response:
    return once.act(_approve, body.command(number), _decision)


@route(blueprint, "POST", "/<number>/recounts", "counts.approve", "Have figures counted again by somebody else", **DECIDED)
def create_recount(body: DecisionBody, number: str) -> flask.Response:
    return once.act(recount_lines, body.command(number), _decision)


@route(blueprint, "POST", "/<number>/rejections", "counts.approve", "Leave lines out", **DECIDED)
def create_rejection(body: DecisionBody, number: str) -> flask.Response:
    return once.act(reject_lines, body.command(number), _decision)


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
    return once.act(cancel_count, body.command(number), _decision)


def _approve(tx: Tx, command: DecideLines, actor: Actor, now: dt.datetime) -> Any:
    try:
        return approve_lines(tx, command, actor, now)
    except InsufficientStock as error:
        raise _with_numbers(tx, error) from None


def _decision(_tx: Tx, decided: Any, _actor: Actor) -> dict[str, Any]:
    return decided._asdict()


def _with_numbers(tx: Tx, error: InsufficientStock) -> InsufficientStock:
    """The refusal with the numbers of the orders that hold the units, not their ids."""
    found = [{**one, "orders": list(numbers(tx.connection, one["order_ids"]).values())} for one in error.facts["short"]]
    for one in found:
        del one["order_ids"]
    return InsufficientStock(error.message, short=found)
