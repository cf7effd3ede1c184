"""/api/v1/locations/{location}: its bins, units put away into them, units moved between them."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import flask

from dashboard.api import asked, bin_schemas, once
from dashboard.api.bin_bodies import BinChangeBody, BinMoveBody, BinsBody, PutAwayBody
from dashboard.api.routes import route
from dashboard.inventory import store
from dashboard.inventory.bin_commands import CreateBins, UpdateBin
from dashboard.inventory.bins import create_bins, place_of, update_bin
from dashboard.inventory.putting import move_units, put_away
from dashboard.inventory.store import bins as read
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.store import reader

blueprint = flask.Blueprint("bins_api", __name__, url_prefix="/api/v1/locations/<location>")
WHICH = {"q": "start of a code", "cursor": "`next` of the page before", "limit": "1 to 200"}
STEP = {"answer": bin_schemas.Placed, "status": 201, "key": True}


class Step(NamedTuple):
    """Which step, at which location."""

    action: Callable[..., Any]
    command: Any


@route(blueprint, "GET", "/bins", "stock.read", "Bins of a location in pick order", answer=bin_schemas.BinList, query=WHICH)
def index(location: str) -> flask.Response:
    limit, after, place = asked.limit(), asked.cursor(int, str), store.location(location)
    rows = read.bins(reader(), place.id, asked.word("q").strip(), after, limit + 1)
    items, following = asked.page(rows, limit, lambda row: (row.pick_order, row.code))
    return once.show({"items": [_row(place.code, row, row.skus, row.units) for row in items], "next": following})


def _row(location: str, row: Any, skus: int, units: int) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("code", "pick_order", "pickable", "active", "version")}
    return {"location": location, **own, "sku_count": skus, "units": units}


@route(
    blueprint,
    "POST",
    "/bins",
    "catalog.write",
    "Create bins, all or none",
    body=BinsBody,
    answer=bin_schemas.BinCodes,
    status=201,
)
def create(body: BinsBody, location: str) -> flask.Response:
    return once.write(_create, body.command(location))


def _create(tx: Tx, command: CreateBins, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    return 201, {"location": command.location, "codes": create_bins(tx, command, actor, now).codes}


@route(blueprint, "GET", "/bins/<code>", "stock.read", "Read a bin and what lies in it", answer=bin_schemas.Bin)
def show(location: str, code: str) -> flask.Response:
    place = store.location(location)
    return once.show(_bin(reader(), place, code))


def _bin(connection: Any, place: Any, code: str) -> dict[str, Any]:
    found = read.bin_(connection, place.id, code)
    contents = read.contents(connection, found.id)
    units = sum(one.units for one in contents)
    return {**_row(place.code, found, len(contents), units), "contents": [{"sku": one.sku, "units": one.units} for one in contents]}


@route(blueprint, "PATCH", "/bins/<code>", "catalog.write", "Change a bin", body=BinChangeBody, answer=bin_schemas.Bin)
def update(body: BinChangeBody, location: str, code: str) -> flask.Response:
    found = read.bin_(reader(), store.location(location).id, code)
    return once.write(_update, body.command(location, found))


def _update(tx: Tx, command: UpdateBin, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    update_bin(tx, command, actor, now)
    tx.flush()
    return 200, _bin(tx.connection, place_of(tx, command.location, actor), command.code)


@route(blueprint, "POST", "/put-aways", "stock.adjust", "Units that lie in no bin go into one", body=PutAwayBody, **STEP)
def create_put_away(body: PutAwayBody, location: str) -> flask.Response:
    return once.write(_place, Step(put_away, body.command(location)), needs_key=True)


@route(blueprint, "POST", "/bin-moves", "stock.adjust", "Units go from one bin to another", body=BinMoveBody, **STEP)
def create_move(body: BinMoveBody, location: str) -> flask.Response:
    return once.write(_place, Step(move_units, body.command(location)), needs_key=True)


def _place(tx: Tx, step: Step, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
    placed = step.action(tx, step.command, actor, now)
    return 201, {**placed._asdict(), "location": step.command.location, "bin": placed.bin or None}
