"""/api/v1/kpis: the board's numbers for machines, and the orders behind each."""

import flask
from pydantic import BaseModel

from dashboard.api.routes import route
from dashboard.insights import board, failing
from dashboard.insights.rules import KPIS
from dashboard.insights.scoping import scope_of
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders.store import reader
from dashboard.web import access, paging

blueprint = flask.Blueprint("api_kpis", __name__, url_prefix="/api/v1/kpis")
LOCATION = {"location": "Code of a location; without it: all."}
PAGE = {**LOCATION, "limit": "1 to 200, 50 unless given.", "after": "The `next` of the page before."}


class KpiList(BaseModel):
    """Every KPI as of one moment."""

    items: list[dict]
    next: None = None


class FailingOrders(BaseModel):
    """Orders that spoil a KPI; total counts them all."""

    items: list[dict]
    total: int
    next: str | None = None


@route(
    blueprint,
    "GET",
    "",
    "kpis.read",
    "Every KPI: value, status, numerator, denominator, window, formula",
    answer=KpiList,
    query=LOCATION,
)
def index() -> flask.Response:
    connection, now = reader(), clock.now()
    within = scope_of(connection, access.actor(), flask.request.args)
    tiles = board.tiles(connection, now, within)
    return flask.jsonify({"items": [board.record(tile, within, now) for tile in tiles], "next": None})


@route(blueprint, "GET", "/<name>", "kpis.read", "One KPI", query=LOCATION)
def show(name: str) -> flask.Response:
    connection, now = reader(), clock.now()
    within = scope_of(connection, access.actor(), flask.request.args)
    return flask.jsonify(board.record(board.tile(connection, _known(name), now, within), within, now))


@route(blueprint, "GET", "/<name>/orders", "kpis.read", "The orders that spoil a KPI", answer=FailingOrders, query=PAGE)
def orders(name: str) -> flask.Response:
    connection, now, arguments = reader(), clock.now(), flask.request.args
    within = scope_of(connection, access.actor(), arguments)
    after = paging.decode(arguments["after"], int, int) if arguments.get("after") else None
    limit = paging.limit_of(arguments.get("limit"))
    rows, total, following = failing.page(connection, _known(name), now, within, after, limit)
    items = [{"number": row.number, "phase": row.phase, "why": row.why, "ship_by": clock.iso(row.ship_by)} for row in rows]
    return flask.jsonify({"items": items, "total": total, "next": paging.encode(*following) if following else None})


def _known(name: str) -> str:
    if name not in KPIS:
        raise NotFound(f"There is no KPI {name[:40]}.", kpis=list(KPIS))
    return name
