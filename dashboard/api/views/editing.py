"""PATCH /api/v1/orders/{number}, its preview and its history; undo; part cancellations; splits and merges."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.api import once, order_answers, schemas
from dashboard.api.editing_bodies import CancelledUnitsBody, EditBody, MergeBody, SplitBody
from dashboard.api.editing_schemas import EditList, EditPlan, SplitAnswer
from dashboard.api.routes import number_of, route
from dashboard.editing import applying
from dashboard.editing import store as editing
from dashboard.editing.actions import edit_order
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import MergeOrders, UndoEdit
from dashboard.editing.facts import Facts
from dashboard.editing.merging import merge_orders
from dashboard.editing.previewing import preview_edit
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.kernel import clock, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders import store
from dashboard.web import access

blueprint = flask.Blueprint("order_edits_api", __name__, url_prefix="/api/v1/orders/<number>")


class Asked(NamedTuple):
    number: str
    body: Any = None
    part: str = ""


def _facts(connection: Any, number: str, actor: Actor) -> Facts:
    """Raises: NotFound, also for an order of another channel."""
    found = store.by_number(connection, number)
    order_answers.check_channel(actor, found.channel, number)
    return editing.order_facts(connection, found.id)


def _record(tx: Tx, number: str, actor: Actor) -> dict[str, Any]:
    tx.flush()
    return order_answers.seen_by(store.order_record(tx.connection, number), actor)


@route(blueprint, "PATCH", "", "orders.update", "Change an open order", body=EditBody, answer=schemas.Order)
def update_order(body: EditBody, number: str) -> flask.Response:
    return once.write(_edit, Asked(number, body.model_copy(update={"version": body.version or _if_match()})))


def _if_match() -> int | None:
    """The version of an `If-Match: "3"` header; None without one. Raises: Invalid."""
    given = flask.request.headers.get("If-Match", "").strip().strip('"')
    if not given or given == "*":
        return None
    if not (given.isascii() and given.isdigit()) or len(given) > 15:
        raise Invalid("If-Match holds the version you saw, like \"3\".", fields={"If-Match": "a version"})
    return int(given)


def _edit(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _facts(tx.connection, asked.number, actor)
    edit_order(tx, asked.body.command(facts), actor, now)
    return 200, _record(tx, facts.number, actor)


@route(blueprint, "POST", "/edit-previews", "orders.update", "What a change would do", body=EditBody, answer=EditPlan)
def create_edit_preview(body: EditBody, number: str) -> flask.Response:
    facts = _facts(store.reader(), number, access.actor())
    found = preview_edit(body.command(facts), clock.now())
    plan, money = found.plan, found.plan.money
    amounts = {
        "total_before": money.before,
        "total": money.after,
        "due": money.due_after,
        "refundable": money.refundable,
        "untaken": money.untaken,
    }
    return once.show(
        {
            "version": facts.version,
            "fingerprint": plan.fingerprint,
            **{name: units.decimal_text(amount, facts.currency) for name, amount in amounts.items()},
            "allocated": applying.units_secured(plan),
            "waits": sum(plan.waits.values()),
            "kept": list(found.merged),
        }
    )


@route(blueprint, "GET", "/edits", "orders.prices", "Changes of an order, newest first", answer=EditList)
def index_edits(number: str) -> flask.Response:
    facts = _facts(store.reader(), number, access.actor())
    items = [
        {
            "id": str(edit.id),
            "kind": edit.kind,
            "version": edit.version,
            "fields": {name: list(pair) for name, pair in edit.fields.items()},
            "reason": edit.reason,
            "actor": edit.actor_name,
            "at": clock.iso(edit.at),
            "undone": edit.undone,
        }
        for edit in editing.edits_of(store.reader(), facts.id)
    ]
    return once.show({"items": items, "next": None})


@route(blueprint, "POST", "/edits/<edit>/undo", "orders.update", "Take a change back", answer=schemas.Order)
def create_undo(number: str, edit: str) -> flask.Response:
    return once.write(_undo, Asked(number, part=edit))


def _undo(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _facts(tx.connection, asked.number, actor)
    edit_id = number_of(asked.part, "edit")
    if editing.edit(tx.connection, edit_id).order_id != facts.id:
        raise NotFound(f"Order {facts.number} has no edit {edit_id}.")
    undo_edit(tx, UndoEdit(edit_id), actor, now)
    return 200, _record(tx, facts.number, actor)


@route(
    blueprint,
    "POST",
    "/cancelled-units",
    "orders.cancel",
    "Cancel part of an order",
    body=CancelledUnitsBody,
    answer=schemas.Order,
    status=201,
)
def create_cancelled_units(body: CancelledUnitsBody, number: str) -> flask.Response:
    order = store.by_number(store.reader(), number)
    order_answers.check_channel(access.actor(), order.channel, number)
    order_answers.check_notify(body.notify, order.email)
    return once.write(_cancel, Asked(number, body))


def _cancel(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _facts(tx.connection, asked.number, actor)
    if asked.body.refund and not actor.may("payments.refund"):
        raise Forbidden("This token pays nothing back; cancel without a refund.")
    cancel_units(tx, asked.body.command(facts), actor, now)
    return 201, _record(tx, facts.number, actor)


@route(blueprint, "POST", "/splits", "orders.update", "Split an order", body=SplitBody, answer=SplitAnswer, status=201)
def create_split(body: SplitBody, number: str) -> flask.Response:
    return once.write(_split, Asked(number, body))


def _split(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _facts(tx.connection, asked.number, actor)
    made = split_order(tx, asked.body.command(facts), actor, now)
    carried = units.decimal_text(made.carried, made.currency)
    return 201, {"order": _record(tx, made.number, actor), "split": _record(tx, made.other, actor), "carried": carried}


@route(blueprint, "POST", "/merges", "orders.update", "Merge another order into this one", body=MergeBody, answer=schemas.Order, status=201)
def create_merge(body: MergeBody, number: str) -> flask.Response:
    return once.write(_merge, Asked(number, body))


def _merge(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts, body = _facts(tx.connection, asked.number, actor), asked.body
    other = _facts(tx.connection, body.other, actor)
    merge_orders(tx, MergeOrders(facts.id, other.id, body.version, body.other_version), actor, now)
    return 201, _record(tx, facts.number, actor)
