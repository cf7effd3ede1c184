"""/api/v1/drafts: orders that are not placed yet, in the shape in which they will be."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, once, order_answers, schemas
from dashboard.api.draft_bodies import DraftBody, DraftOrderBody, document_of
from dashboard.api.draft_schemas import Draft, DraftList
from dashboard.api.routes import number_of, route
from dashboard.drafts import rules, store
from dashboard.drafts.actions import discard_draft, place_draft, save_draft
from dashboard.drafts.commands import DiscardDraft, PlaceDraft, SaveDraft
from dashboard.drafts.worth import total_of
from dashboard.kernel import clock, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import store as orders
from dashboard.web import paging

blueprint = flask.Blueprint("drafts_api", __name__, url_prefix="/api/v1/drafts")


class Asked(NamedTuple):
    draft: str
    body: Any = None


@route(
    blueprint,
    "GET",
    "",
    "orders.create",
    "Drafts and quotes, newest first",
    answer=DraftList,
    query={"status": "draft, open (placed) or discarded", "limit": "1 to 200", "cursor": "of the page before"},
)
def index_drafts() -> flask.Response:
    status, limit, cursor = asked.choice("status", store.VIEWS, "draft"), asked.limit(), asked.cursor(int)
    page = store.drafts(orders.reader(), status, cursor[0] if cursor else None, limit)
    after = paging.encode(page.after) if page.after is not None else None
    return once.show({"items": [_record(row) for row in page.rows], "next": after})


@route(blueprint, "GET", "/<draft>", "orders.create", "A draft", answer=Draft)
def show_draft(draft: str) -> flask.Response:
    return once.show(_record(store.draft(orders.reader(), number_of(draft, "draft"))))


@route(blueprint, "POST", "", "orders.create", "Keep an order as a draft or quote", body=DraftBody, answer=Draft, status=201)
def create_draft(body: DraftBody) -> flask.Response:
    document = document_of(body.order)
    return once.write(_create, SaveDraft(document, body.kind, body.until(), total_of(rules.typed_of(document))))


def _create(tx: Tx, command: SaveDraft, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    saved = save_draft(tx, command, actor, now)
    tx.flush()
    return 201, _record(store.draft(tx.connection, saved.id))


@route(
    blueprint, "POST", "/<draft>/order", "orders.create", "Place a draft", body=DraftOrderBody, answer=schemas.Order, status=201
)
def create_draft_order(body: DraftOrderBody, draft: str) -> flask.Response:
    return once.write(_place, Asked(draft, body))


def _place(tx: Tx, wanted: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    row = store.draft(tx.connection, number_of(wanted.draft, "draft"))
    typed = rules.typed_of(store.document(row))
    paid = typed.values["payment"] == "paid"
    placed = place_draft(tx, PlaceDraft(row.id, wanted.body.version or row.version, typed.command(), paid), actor, now)
    tx.flush()
    return 201, order_answers.seen_by(orders.order_record(tx.connection, placed.number), actor)


@route(blueprint, "DELETE", "/<draft>", "orders.create", "Discard a draft", answer=Draft)
def delete_draft(draft: str) -> flask.Response:
    return once.write(_discard, Asked(draft))


def _discard(tx: Tx, wanted: Asked, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    draft_id = number_of(wanted.draft, "draft")
    discard_draft(tx, DiscardDraft(draft_id), actor, now)
    tx.flush()
    return 200, _record(store.draft(tx.connection, draft_id))


def _record(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "status": row.status,
        "customer": row.customer_name,
        "currency": row.currency,
        "lines": row.line_count,
        "total": None if row.total is None else units.decimal_text(row.total, row.currency),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "order": row.order_number,
        "version": row.version,
        "updated_by": row.updated_by,
        "updated_at": clock.iso(row.updated_at),
    }
