"""/api/v1/orders: place, list, read."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, once, order_answers, schemas
from dashboard.api.order_bodies import OrderBody
from dashboard.api.order_list_schemas import OrderList
from dashboard.api.routes import route
from dashboard.channels.actions import place_order
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Forbidden, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import store
from dashboard.orders.commands import CaptureOrder
from dashboard.orders.list_forms import ME, NOBODY, PROMISES, me_of
from dashboard.orders.rules import READINESS, VIEWS
from dashboard.orders.sight import sight_of
from dashboard.orders.store.conditions import FILTERS
from dashboard.orders.store.listing import SORTS
from dashboard.promises import store as promises
from dashboard.web import access, paging

blueprint = flask.Blueprint("orders_api", __name__, url_prefix="/api/v1")
LIST_VIEWS = (*VIEWS, "at_risk")
WORDS = ("channel", "payment_status", "fulfilment_status", "hold", "tag", "location", "country")


class Placing(NamedTuple):
    """base: address of this site; read here because the writer's thread has no request."""

    command: CaptureOrder
    base: str


@route(
    blueprint, "POST", "/orders", "orders.create", "Place an order", body=OrderBody, answer=schemas.PlacedOrder, status=201, key=True
)
def create(body: OrderBody) -> flask.Response:
    actor = access.actor()
    if actor.channel is not None and body.channel != actor.channel:
        raise Forbidden(f"This token places orders of channel {actor.channel} only.", channel=actor.channel)
    return once.write(_place, Placing(body.command(), f"{flask.request.scheme}://{flask.request.host}/"), needs_key=True)


def _place(tx: Tx, placing: Placing, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    placed = place_order(tx, placing.command, actor, now)
    if placed.created:
        return 201, order_answers.placed(placed, placing.command, now, placing.base)
    facts = store.by_id(tx.connection, placed.id)
    promised = promises.of_lines(tx.connection, placed.id, now.date())
    record = order_answers.with_promises(store.order_record(tx.connection, placed.number), promised, actor)
    return 200, order_answers.known(record, facts.tracking_rotation, placing.base)


@route(
    blueprint,
    "GET",
    "/orders",
    "orders.read",
    "List orders",
    answer=OrderList,
    query={
        "view": "a view of the order list: " + ", ".join(LIST_VIEWS),
        "q": "number, SKU or item name; customer and e-mail for those who may see them",
        **dict.fromkeys(WORDS, "exactly this value"),
        "assignee": "id of the user who has the order, none, or me for a signed-in person",
        "readiness": "how much of an open order could leave now: " + ", ".join(READINESS),
        "promise": "open orders whose promise is another day than was told: " + ", ".join(PROMISES),
        "sort": ", ".join(SORTS),
        "direction": "desc or asc",
        "cursor": "`next` of the page before",
        "limit": "1 to 200",
    },
)
def index() -> flask.Response:
    actor, now = access.actor(), clock.now()
    limit = asked.limit()
    connection = store.reader()
    found = store.page(connection, _list_query(actor, limit), now, store.counts(connection, now))
    following = paging.encode(*found.after) if found.after else None
    promised = promises.of_orders(connection, [row.id for row in found.rows if row.readiness in ("part", "none")], now.date())
    items = [order_answers.row(row, promised.get(row.id), actor) for row in found.rows]
    return once.show({"items": items, "next": following})


def _list_query(actor: Actor, limit: int) -> store.ListQuery:
    filters = {name: value for name in WORDS if name in FILTERS and (value := asked.word(name))}
    if asked.word("readiness"):
        filters["readiness"] = asked.choice("readiness", READINESS, "")
    if asked.word("promise"):
        filters["promise"] = asked.choice("promise", tuple(PROMISES), "")
    if asked.word("assignee"):
        filters["assignee"] = _assignee(actor)
    if actor.channel is not None:
        filters["channel"] = actor.channel
    return store.ListQuery(
        view=asked.choice("view", LIST_VIEWS, "all"),
        text=asked.word("q"),
        sort=asked.choice("sort", _sorts(actor), "placed"),
        descending=asked.choice("direction", ("desc", "asc"), "desc") == "desc",
        filters=filters,
        after=_after(),
        limit=limit,
        people=sight_of(actor).full,
    )


def _assignee(actor: Actor) -> int | None:
    """Raises: Invalid, for `me` where no person asks."""
    word = asked.word("assignee")
    if word != ME:
        return None if word == NOBODY else asked.whole("assignee")
    me = me_of(actor)
    if me is None:
        raise Invalid("A token is nobody's; name the user by id.", fields={"assignee": "id of a user, or none"})
    return me


def _after() -> store.Cursor | None:
    found = asked.cursor(int, int | str | None, int)  # type: ignore[arg-type]
    return store.Cursor(*found) if found else None


def _sorts(actor: Actor) -> list[str]:
    """The names of sorts this token may ask for: not by what it may not see."""
    return [name for name, sort in SORTS.items() if not sort.private or sight_of(actor).full]


@route(blueprint, "GET", "/orders/<number>", "orders.read", "Read an order", answer=schemas.Order)
def show(number: str) -> flask.Response:
    actor = access.actor()
    record = store.order_record(store.reader(), number)
    order_answers.check_channel(actor, record["channel"], number)
    promised = promises.of_lines(store.reader(), int(record["id"]), clock.now().date())
    return once.show(order_answers.seen_by(order_answers.with_promises(record, promised, actor), actor))
