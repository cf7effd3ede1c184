"""What lies in bins, inside a transaction: read, moved, logged; always under the lock of the balance whose units they are.

Nobody writes bin_stock without the balance's row lock, so two transactions never work out of the same figures. balances.move calls
`follow` for every move that takes units out of the building (or out of quarantine); a place without bins costs it one look.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from dashboard.inventory import bin_rules
from dashboard.inventory.bin_events import BinsChanged
from dashboard.inventory.bin_model import BinMovement
from dashboard.inventory.bin_rules import Held
from dashboard.kernel import clock, jsontext
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import Prepared, insert_into
from dashboard.kernel.tx import Tx

_FIELDS = "s.sku_id, b.location_id, b.id, b.code, b.pickable, b.pick_order, s.units"
_HELD = Prepared(
    sqlite=f"SELECT {_FIELDS} FROM json_each(:skus) j JOIN bin_stock s ON s.sku_id = j.value AND s.units > 0"  # noqa: S608
    " JOIN bin b ON b.id = s.bin_id",
    postgresql=f"SELECT {_FIELDS} FROM bin_stock s JOIN bin b ON b.id = s.bin_id WHERE s.units > 0"  # noqa: S608
    " AND s.sku_id = ANY(SELECT json_array_elements_text(%(skus)s::json)::bigint)",
)
_PUT = (
    "INSERT INTO bin_stock (bin_id, sku_id, units) VALUES ({0}, {1}, {2})"
    " ON CONFLICT (bin_id, sku_id) DO UPDATE SET units = bin_stock.units + excluded.units"
)
_TAKE = "UPDATE bin_stock SET units = units - {2} WHERE bin_id = {0} AND sku_id = {1} AND units >= {2}"
_SQLITE, _POSTGRESQL = (":bin_id", ":sku_id", ":units"), ("%(bin_id)s", "%(sku_id)s", "%(units)s::bigint")
_COME = Prepared(sqlite=_PUT.format(*_SQLITE), postgresql=_PUT.format(*_POSTGRESQL))
_LEAVE = Prepared(sqlite=_TAKE.format(*_SQLITE), postgresql=_TAKE.format(*_POSTGRESQL))
_LEDGER = insert_into(BinMovement, "bin_id", "sku_id", "kind", "units", "units_after", "cause", "actor", "actor_name", "at")


class Place(Protocol):
    """A locked balance, as balances.Balance."""

    sku_id: int
    location_id: int
    on_hand: int
    quarantine: int
    version: int
    sku: str
    location: str


class Shift(NamedTuple):
    """Units that come into a bin (above 0) or leave it; bin: as it was before."""

    bin: Held
    units: int


class Why(NamedTuple):
    """What moved the units. kind, cause: as in BinMovement."""

    kind: str
    cause: str | None
    actor: Actor
    now: dt.datetime


def held(tx: Tx, sku_ids: Iterable[int]) -> dict[tuple[int, int], list[Held]]:
    """The bins with units of these SKUs, per (SKU id, location id)."""
    found: dict[tuple[int, int], list[Held]] = {}
    for sku_id, location_id, *bin_ in tx.run(_HELD, skus=jsontext.encode(sorted(set(sku_ids)))).fetchall():
        found.setdefault((sku_id, location_id), []).append(Held(*bin_))
    return found


def held_at(tx: Tx, place: Place) -> list[Held]:
    """The bins with units of one balance."""
    return held(tx, [place.sku_id]).get((place.sku_id, place.location_id), [])


def shift(tx: Tx, place: Place, shifts: Sequence[Shift], why: Why) -> None:
    """Move units of one locked balance into and out of bins, with a ledger row each and one event.

    The caller has seen to it that the bins hold what leaves, and that on hand holds what comes.
    """
    rows = [{"bin_id": bin_.bin_id, "sku_id": place.sku_id, "units": abs(units)} for bin_, units in shifts]
    leaving = [row for row, (_, units) in zip(rows, shifts, strict=True) if units < 0]
    coming = [row for row, (_, units) in zip(rows, shifts, strict=True) if units > 0]
    if tx.run_many(_LEAVE, leaving) != len(leaving):
        raise RuntimeError(f"a bin at {place.location} holds less of {place.sku} than was read under its lock")
    tx.run_many(_COME, coming)
    tx.run_many(_LEDGER, [_ledger_row(place.sku_id, one, why) for one in shifts])
    bins = [[bin_.code, units, bin_.units + units] for bin_, units in shifts]
    said = BinsChanged(
        f"{place.sku_id}:{place.location_id}", place.version, place.sku, place.location, why.kind, bins, why.cause
    )
    tx.record(said, why.actor, why.now)


def _ledger_row(sku_id: int, one: Shift, why: Why) -> dict[str, Any]:
    return {
        "bin_id": one.bin.bin_id,
        "sku_id": sku_id,
        "kind": why.kind,
        "units": one.units,
        "units_after": one.bin.units + one.units,
        "cause": why.cause,
        "actor": why.actor.ref,
        "actor_name": why.actor.name,
        "at": clock.micros(why.now),
    }


def follow(tx: Tx, left: Sequence[tuple[Place, str, str | None]], actor: Actor, now: dt.datetime) -> None:
    """Stock has left: no bin may hold what is not there any more; which bins lose units: bin_rules.losing.

    Args: left: (balance as it is now, kind, cause) of each move that lowered on hand or quarantine, in the order they were made.
    """
    places = {(place.sku_id, place.location_id): (place, kind, cause) for place, kind, cause in left}
    found = held(tx, [sku_id for sku_id, _ in places])
    for key, (place, kind, cause) in sorted(places.items()):
        losing = bin_rules.losing(found.get(key, ()), place.on_hand, place.quarantine)
        if losing:
            shift(tx, place, [Shift(bin_, -units) for bin_, units in losing], Why(kind, cause, actor, now))
