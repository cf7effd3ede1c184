"""Timed holds: keep stock for a cart, longer if asked, and give it back when the time is over."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.catalog.lookup import SkuFacts
from dashboard.inventory import allocation, balances, hold_rows
from dashboard.inventory.allocation import Decision
from dashboard.inventory.balances import Move
from dashboard.inventory.commands import Demand
from dashboard.inventory.hold_commands import MOST_LINES, MOST_MINUTES, ExtendHold, HoldStock, ReleaseStockHold
from dashboard.inventory.hold_events import StockHeld, StockHoldExtended
from dashboard.inventory.hold_model import StockHold, StockHoldLine
from dashboard.inventory.hold_rows import HoldRow
from dashboard.inventory.sellable import Terms
from dashboard.kernel import clock, ids, secrets, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid, NotFound
from dashboard.kernel.statements import insert_into, next_ids
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

_INSERT = insert_into(StockHold, "id", "channel", "token", "state", "expires_at", "created_at", "version")
_INSERT_LINES = insert_into(StockHoldLine, "hold_id", "sku_id", "location_id", "units")
KEPT_DAYS = 30
"""How long an ended hold can still be asked for."""
AT_ONCE = 200


class Held(NamedTuple):
    """A hold as an action left it."""

    id: int
    token: str
    version: int


def hold_stock(tx: Tx, command: HoldStock, actor: Actor, now: dt.datetime) -> Held:
    """Keep units for a channel's cart: all lines or nothing.

    Raises: Invalid, per field; InsufficientStock (facts: short), when the channel may not sell that many now.
    """
    _check_minutes(command.minutes)
    _check_lines(command)
    demands = _demands(tx, command)
    decision = allocation.decide(tx, demands, Terms(command.channel, day=now.date()))
    _refuse_short(demands, decision)
    hold_id = next_ids(tx, "stock_hold", 1)[0]
    token = secrets.token_for("stock_hold", hold_id, clock.micros(now), ids.new_key())
    expires_at = now + dt.timedelta(minutes=command.minutes)
    row = {"id": hold_id, "channel": command.channel, "token": token, "state": "held", "version": 1}
    tx.run(_INSERT, **row, expires_at=clock.micros(expires_at), created_at=clock.micros(now))
    units: dict[tuple[int, int], int] = {}
    for take in decision.takes:
        units[take.sku_id, take.location_id] = units.get((take.sku_id, take.location_id), 0) + take.units
    lines = [{"hold_id": hold_id, "sku_id": sku, "location_id": place, "units": count} for (sku, place), count in sorted(units.items())]
    tx.run_many(_INSERT_LINES, lines)
    places = {(balance.sku_id, balance.location_id): balance for rows in decision.stock.values() for balance in rows}
    cause = f"stock_hold:{hold_id}"
    balances.move(tx, [Move(places[place], "held", held=count, cause=cause) for place, count in sorted(units.items())], actor, now)
    said = [[places[place].sku, places[place].location, count] for place, count in sorted(units.items())]
    tx.record(StockHeld(hold_id, 1, command.channel, said, clock.iso(expires_at)), actor, now)
    return Held(hold_id, token, 1)


def extend_hold(tx: Tx, command: ExtendHold, actor: Actor, now: dt.datetime) -> Held:
    """Keep it until some minutes from now.

    Raises: Invalid; NotFound, for a token this channel does not know; Conflict (facts: state), when it has ended or changed.
    """
    _check_minutes(command.minutes)
    hold = _found(tx, command.token, command.channel)
    if not hold.is_open(now):
        raise _ended(hold, now)
    if command.version is not None and command.version != hold.version:
        raise Conflict("This hold was changed meanwhile; read it again.", state=hold.state, version=hold.version)
    expires_at = now + dt.timedelta(minutes=command.minutes)
    table = StockHold.__table__
    tx.execute(sa.update(table).where(table.c.id == hold.id).values(expires_at=expires_at, version=hold.version + 1))
    tx.record(StockHoldExtended(hold.id, hold.version + 1, hold.channel, clock.iso(expires_at)), actor, now)
    return Held(hold.id, hold.token, hold.version + 1)


def release_hold(tx: Tx, command: ReleaseStockHold, actor: Actor, now: dt.datetime) -> Held:
    """Give its units back. One that was released or has expired stays as it is.

    Raises: NotFound; Conflict (facts: state, order_id), when an order has used it.
    """
    hold = _found(tx, command.token, command.channel)
    if hold.state == "used":
        raise _ended(hold, now)
    if hold.state != "held":
        return Held(hold.id, hold.token, hold.version)
    hold_rows.end(tx, [hold], "released" if hold.is_open(now) else "expired", actor, now)
    return Held(hold.id, hold.token, hold.version + 1)


def expire_holds(tx: Tx, most: int, actor: Actor, now: dt.datetime) -> int:
    """End the holds whose time is over, at most so many, each once however many workers do this. Returns how many."""
    due = hold_rows.due(tx, now, most)
    hold_rows.end(tx, due, "expired", actor, now)
    return len(due)


def purge_holds(tx: Tx, most: int, _actor: Actor, now: dt.datetime) -> int:
    """Delete holds that ended KEPT_DAYS ago, at most so many. Returns how many.

    The ledger keeps its movements with their causes, an order keeps its own number of the hold it used: neither needs the row.
    """
    return hold_rows.purge(tx, now - dt.timedelta(days=KEPT_DAYS), most)


def _found(tx: Tx, token: str, channel: str | None) -> HoldRow:
    hold = None if text.trouble(token, 40) else hold_rows.find(tx, token)
    if hold is None or channel not in (None, hold.channel):
        raise NotFound("There is no such stock hold.")
    return hold


def _ended(hold: HoldRow, now: dt.datetime) -> Conflict:
    state = "expired" if hold.state == "held" and not hold.is_open(now) else hold.state
    said = {"used": "An order has used this stock hold.", "released": "This stock hold was released."}
    return Conflict(
        f"{said.get(state, 'This stock hold has expired.')} Hold the stock again if it is still wanted.",
        state=state,
        version=hold.version,
    )


def _check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MOST_MINUTES:
        message = f"1 to {MOST_MINUTES} minutes"
        raise Invalid(f"Stock is held for {message}.", fields={"minutes": message})


def _check_lines(command: HoldStock) -> None:
    fields: dict[str, str] = {}
    if not command.channel or text.trouble(command.channel, 40):
        fields["channel"] = "required, at most 40 characters"
    if not 1 <= len(command.lines) <= MOST_LINES:
        fields["lines"] = f"1 to {MOST_LINES} lines"
    for index, (code, units) in enumerate(command.lines[:MOST_LINES]):
        if not 1 <= units <= MOST_UNITS:
            fields[f"lines.{index}.quantity"] = f"between 1 and {MOST_UNITS}"
        if trouble := text.trouble(code, 64):
            fields[f"lines.{index}.sku"] = trouble
    if fields:
        raise Invalid("Stock cannot be held like this: " + "; ".join(f"{name}: {why}" for name, why in fields.items()) + ".", fields=fields)


def _demands(tx: Tx, command: HoldStock) -> list[Demand]:
    """What the lines want, a kit as its parts. Raises: Invalid, for a SKU that is unknown, not for sale, or no goods."""
    codes = [lookup.folded(code) for code, _ in command.lines]
    skus = lookup.skus(tx, set(codes))
    kits = [sku.id for sku in skus.values() if sku.kind == "kit"]
    parts = lookup.kit_parts(tx, kits) if kits else {}
    fields = {f"lines.{index}.sku": why for index, code in enumerate(codes) if (why := _trouble(skus.get(code), parts))}
    if fields:
        raise Invalid("These SKUs cannot be held: " + "; ".join(f"{name}: {why}" for name, why in fields.items()) + ".", fields=fields)
    demands: list[Demand] = []
    for index, (code, (_, units)) in enumerate(zip(codes, command.lines, strict=True)):
        sku = skus[code]
        if sku.kind == "kit":
            demands += [Demand(index, part.sku_id, part.code, units * part.units, part.units) for part in parts[sku.id]]
        else:
            demands.append(Demand(index, sku.id, sku.code, units))
    return demands


def _trouble(sku: SkuFacts | None, parts: Collection[int]) -> str:
    if sku is None:
        return "unknown SKU"
    if not sku.active:
        return "not for sale any more"
    if sku.kind == "kit" and sku.id not in parts:
        return "a kit without parts"
    return "a service has no stock" if sku.kind == "service" else ""


def _refuse_short(demands: list[Demand], decision: Decision) -> None:
    wanted: dict[int, int] = {}
    taken: dict[int, int] = {}
    for demand in demands:
        wanted[demand.sku_id] = wanted.get(demand.sku_id, 0) + demand.units
    for take in decision.takes:
        taken[take.sku_id] = taken.get(take.sku_id, 0) + take.units
    codes = {demand.sku_id: demand.sku for demand in demands}
    short = [
        {"sku": codes[sku], "wanted": units, "available": sum(left for _, left in decision.shelves.get(sku, ()))}
        for sku, units in wanted.items()
        if taken.get(sku, 0) < units
    ]
    if short:
        said = "; ".join(f"{item['sku']}: {item['wanted']} wanted, {item['available']} available" for item in short)
        raise InsufficientStock(f"Not enough stock to hold. {said}. Hold fewer.", short=short)
