"""/api/v1/customers: one record per person over all channels; not for the tokens of channels, which know their own orders only."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, customer_schemas, once
from dashboard.api.customer_bodies import (
    ConsentBody,
    CustomerBody,
    CustomerChangeBody,
    CustomerNoteBody,
    ErasureBody,
    MergeBody,
    TagBody,
)
from dashboard.api.routes import number_of, route
from dashboard.customers import record, store
from dashboard.customers.actions import add_note, edit_customer, record_consent, set_tag
from dashboard.customers.commands import EditCustomer, SetTag, UndoMerge
from dashboard.customers.creating import create_customer
from dashboard.customers.erasing import erase_customer
from dashboard.customers.merging import merge_customers, undo_merge
from dashboard.customers.rules import PURPOSES
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders import search
from dashboard.orders.store import reader
from dashboard.web import access, paging

blueprint = flask.Blueprint("customers_api", __name__, url_prefix="/api/v1/customers")
WHICH = {
    "q": "words of a name, an e-mail address, a phone or order number",
    "tag": "one tag only",
    "consent": f"who agreed to one of {', '.join(PURPOSES)}",
    "cursor": "`next` of the page before",
    "limit": "1 to 200",
}
PAGED = {"cursor": "`next` of the page before", "limit": "1 to 200"}
DONE: dict[str, Any] = {"answer": customer_schemas.CustomerDetail, "status": 201}


class Asked(NamedTuple):
    """What to do, to whom, and the status of the answer."""

    action: Callable[..., Any]
    command: Any
    status: int = 201


@route(blueprint, "GET", "", "customers.read", "Customers, newest first", answer=customer_schemas.CustomerList, query=WHICH)
def index() -> flask.Response:
    _not_for_channels()
    limit, cursor = asked.limit(), asked.cursor(int)
    text = search.clean(asked.word("q"))[: store.LONGEST]
    consent = asked.choice("consent", ("", *PURPOSES), "")
    query = store.ListQuery(text, asked.word("tag"), consent, cursor[0] if cursor else None, limit + 1)
    rows, following = asked.page(store.customers(reader(), query), limit, lambda row: (row.id,))
    return once.show({"items": [record.row_record(row) for row in rows], "next": following})


@route(blueprint, "GET", "/<customer_id>", "customers.read", "One customer", answer=customer_schemas.CustomerDetail)
def show(customer_id: str) -> flask.Response:
    return once.show(record.record(reader(), _id(customer_id)))


@route(
    blueprint, "GET", "/<customer_id>/orders", "customers.read", "Their orders, newest first",
    answer=customer_schemas.CustomerOrderList, query=PAGED,
)  # fmt: skip
def orders(customer_id: str) -> flask.Response:
    cursor = asked.cursor(int)
    items, before = record.orders(reader(), _id(customer_id), cursor[0] if cursor else None, asked.limit())
    return once.show({"items": items, "next": paging.encode(before) if before is not None else None})


@route(blueprint, "POST", "", "customers.write", "Add somebody who has not ordered yet", body=CustomerBody, **DONE)
def create(body: CustomerBody) -> flask.Response:
    _not_for_channels()
    return once.write(_create, body.command())


@route(
    blueprint, "PATCH", "/<customer_id>", "customers.write", "Correct name, e-mail or phone",
    body=CustomerChangeBody, answer=customer_schemas.CustomerDetail,
)  # fmt: skip
def update(body: CustomerChangeBody, customer_id: str) -> flask.Response:
    _id(customer_id)
    return once.write(_update, (_id(customer_id), body))


@route(blueprint, "POST", "/<customer_id>/notes", "customers.write", "Write a note", body=CustomerNoteBody, **DONE)
def create_note(body: CustomerNoteBody, customer_id: str) -> flask.Response:
    return once.write(_do, Asked(add_note, body.command(_id(customer_id))))


@route(blueprint, "POST", "/<customer_id>/tags", "customers.write", "Give a tag", body=TagBody, **DONE)
def create_tag(body: TagBody, customer_id: str) -> flask.Response:
    return once.write(_do, Asked(set_tag, body.command(_id(customer_id))))


@route(
    blueprint, "DELETE", "/<customer_id>/tags/<tag>", "customers.write", "Take a tag away", answer=customer_schemas.CustomerDetail
)
def delete_tag(customer_id: str, tag: str) -> flask.Response:
    return once.write(_do, Asked(set_tag, SetTag(_id(customer_id), tag, present=False), 200))


@route(blueprint, "POST", "/<customer_id>/consents", "customers.write", "Keep what they said", body=ConsentBody, **DONE)
def create_consent(body: ConsentBody, customer_id: str) -> flask.Response:
    return once.write(_do, Asked(record_consent, body.command(_id(customer_id))))


@route(blueprint, "POST", "/<customer_id>/merges", "customers.write", "Make two customers one", body=MergeBody, **DONE)
def create_merge(body: MergeBody, customer_id: str) -> flask.Response:
    return once.write(_merge, body.command(_id(customer_id)))


@route(
    blueprint, "DELETE", "/<customer_id>/merges/<merge_id>", "customers.write", "Make them two again",
    answer=customer_schemas.CustomerDetail,
)  # fmt: skip
def delete_merge(customer_id: str, merge_id: str) -> flask.Response:
    return once.write(_undo_merge, (_id(customer_id), number_of(merge_id, "merge")))


@route(blueprint, "POST", "/<customer_id>/erasure", "customers.write", "Forget the person, for ever", body=ErasureBody, **DONE)
def create_erasure(body: ErasureBody, customer_id: str) -> flask.Response:
    return once.write(_do, Asked(erase_customer, body.command(_id(customer_id))))


def _not_for_channels() -> None:
    """Raises: Forbidden."""
    if access.actor().channel is not None:
        raise Forbidden("A channel's token sees its own orders, not people.", permission="customers.read")


def _id(text: str) -> int:
    _not_for_channels()
    return number_of(text, "customer")


def _create(tx: Tx, command: Any, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    return 201, record.record(tx.connection, create_customer(tx, command, actor, now).id)


def _update(tx: Tx, wanted: tuple[int, CustomerChangeBody], actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    customer_id, body = wanted
    before = store.customer(tx.connection, customer_id)
    values = {"name": before.name, "email": before.email, "phone": before.phone} | body.changes()
    edit_customer(tx, EditCustomer(customer_id, **values, version=body.version), actor, now)
    return 200, record.record(tx.connection, customer_id)


def _do(tx: Tx, wanted: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    wanted.action(tx, wanted.command, actor, now)
    return wanted.status, record.record(tx.connection, wanted.command.id)


def _merge(tx: Tx, command: Any, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    merge_customers(tx, command, actor, now)
    return 201, record.record(tx.connection, command.kept_id)


def _undo_merge(tx: Tx, wanted: tuple[int, int], actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    customer_id, merge_id = wanted
    root = store.customer(tx.connection, customer_id).root_id
    if merge_id not in {merge.id for merge in store.merges(tx.connection, root)}:
        raise NotFound("This customer has no such merge.", merge=str(merge_id))
    undo_merge(tx, UndoMerge(merge_id), actor, now)
    return 200, record.record(tx.connection, root)
