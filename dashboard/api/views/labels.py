"""/api/v1/orders/{number}/labels, tags, assignment: tags of an order, and who has it."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.api import bulk_schemas, once, order_answers
from dashboard.api.bulk_bodies import OrderAssignmentBody, TagBody
from dashboard.api.routes import route
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import labels as actions
from dashboard.orders import store
from dashboard.orders.labels import AssignOrder, TagOrder
from dashboard.orders.store import Labels
from dashboard.web import access

blueprint = flask.Blueprint("order_labels_api", __name__, url_prefix="/api/v1/orders/<number>")


class Asked(NamedTuple):
    """What is asked of which order."""

    number: str
    body: Any = None
    tag: str = ""


@route(blueprint, "GET", "/labels", "orders.read", "Tags of an order, and who has it", answer=bulk_schemas.OrderLabels)
def labels(number: str) -> flask.Response:
    facts = _seen(store.reader(), number, access.actor())
    return once.show(_record(store.reader(), facts.id))


@route(blueprint, "POST", "/tags", "orders.update", "Tag an order", body=TagBody, answer=bulk_schemas.OrderLabels, status=201)
def create_tag(body: TagBody, number: str) -> flask.Response:
    return once.write(_tag, Asked(number, body))


@route(blueprint, "DELETE", "/tags/<tag>", "orders.update", "Take a tag away", answer=bulk_schemas.OrderLabels)
def delete_tag(number: str, tag: str) -> flask.Response:
    return once.write(_untag, Asked(number, tag=tag))


@route(
    blueprint, "PUT", "/assignment", "orders.update", "Give an order to somebody", body=OrderAssignmentBody, answer=bulk_schemas.OrderLabels
)  # fmt: skip
def set_assignment(body: OrderAssignmentBody, number: str) -> flask.Response:
    return once.write(_assign, Asked(number, body))


def _tag(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _seen(tx.connection, asked.number, actor)
    actions.tag_order(tx, TagOrder(facts.id, asked.body.tag, asked.body.version), actor, now)
    return 201, _record(tx.connection, facts.id)


def _untag(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts = _seen(tx.connection, asked.number, actor)
    actions.untag_order(tx, TagOrder(facts.id, asked.tag), actor, now)
    return 200, _record(tx.connection, facts.id)


def _assign(tx: Tx, asked: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    facts, user = _seen(tx.connection, asked.number, actor), asked.body.user
    actions.assign_order(tx, AssignOrder(facts.id, None if user is None else int(user), asked.body.version), actor, now)
    return 200, _record(tx.connection, facts.id)


def _seen(connection: Any, number: str, actor: Actor) -> Any:
    """Raises: NotFound, also for an order of another channel than the token's."""
    facts = store.by_number(connection, number)
    order_answers.check_channel(actor, facts.channel, number)
    return facts


def _record(connection: Any, order_id: int) -> dict[str, Any]:
    found = store.labels_of(connection, [order_id]).get(order_id, Labels())
    version = store.order_rows(connection, [order_id])[0].version
    assignee = None if found.assignee_id is None else str(found.assignee_id)
    return {"tags": list(found.tags), "assignee": assignee, "assignee_name": found.assignee or None, "version": version}
