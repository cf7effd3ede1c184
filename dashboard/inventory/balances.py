"""Balances inside a transaction: read them locked in key order, move units under the guard, write the ledger.

This is the only code that changes stock_balance. The guard is one statement: the row changes only if available stays at or
above 0. PostgreSQL locks the rows when they are read (sorted, so that two orders never wait for each other in a circle); on
SQLite the writer is alone.
"""

import datetime as dt
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from dashboard.inventory import bin_rows, tracked
from dashboard.inventory.calendars import Calendar
from dashboard.inventory.events import StockAllocated, StockChanged
from dashboard.inventory.model import StockMovement
from dashboard.inventory.tracked_units import NOTHING, Given
from dashboard.kernel import clock, jsontext
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import InsufficientStock
from dashboard.kernel.statements import Prepared, rows_into
from dashboard.kernel.tx import Tx

BUCKETS = ("on_hand", "allocated", "held", "damaged", "quarantine")


@dataclass(slots=True, eq=False)
class Balance:
    """One row as this transaction sees and changes it. Two are the same only if they are one object."""

    id: int
    sku_id: int
    location_id: int
    on_hand: int
    allocated: int
    held: int
    damaged: int
    quarantine: int
    safety: int
    version: int
    sku: str
    location: str
    active: bool
    cutoff: int
    time_zone: str
    working_days: str
    holidays: str
    ruled: bool = False
    """Some channel has a rule of its own about what it may sell."""
    tracks: str = "none"
    """As in catalog.model.Sku: none, lots or serials."""
    priority: int = 0
    """Of the location: the lowest gives first."""
    preorder_from: Any = None
    """The SKU's preorder date, as the driver gives it; None without one."""

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated - self.held - self.damaged - self.quarantine

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.cutoff, self.time_zone, self.working_days, self.holidays)

    @property
    def sellable(self) -> int:
        """Units a new order may take here."""
        return max(0, self.available - self.safety) if self.active else 0

    @property
    def givable(self) -> int:
        """Units that what is sold already may take here: safety stock is kept back from new orders only."""
        return self.available if self.active else 0

    def is_on_preorder(self, today: dt.date) -> bool:
        return self.preorder_from is not None and str(self.preorder_from) > today.isoformat()


class Move(NamedTuple):
    """Deltas of one balance and why. kind: as in StockMovement. at: when it happened, if that was before now (imported history).

    given: the lots or serial numbers that move, where somebody named them.
    """

    balance: Balance
    kind: str
    on_hand: int = 0
    allocated: int = 0
    held: int = 0
    damaged: int = 0
    quarantine: int = 0
    order_id: int | None = None
    cause: str | None = None
    reason: str | None = None
    note: str | None = None
    key: str | None = None
    at: dt.datetime | None = None
    given: Given = NOTHING


_FIELDS = """b.id, b.sku_id, b.location_id, b.on_hand, b.allocated, b.held, b.damaged, b.quarantine, b.safety, b.version,
 s.code, l.code, l.active, l.cutoff, l.time_zone, l.working_days, l.holidays,
 EXISTS (SELECT 1 FROM channel_rule), s.tracks, l.priority,
 (SELECT preorder_from FROM sku_backorder x WHERE x.sku_id = b.sku_id)"""
_BEST_FIRST = operator.itemgetter(19, 2)  # the location's priority, then its id
_JOINS = "JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id"
_LOCKED = Prepared(
    sqlite=f"SELECT {_FIELDS} FROM json_each(:skus) j JOIN stock_balance b ON b.sku_id = j.value {_JOINS}",  # noqa: S608
    postgresql=f"SELECT {_FIELDS} FROM stock_balance b {_JOINS}"  # noqa: S608
    " WHERE b.sku_id = ANY(SELECT json_array_elements_text(%(skus)s::json)::bigint)"
    " ORDER BY b.sku_id, b.location_id FOR UPDATE OF b",
    apart=True,
)
_MAKE = Prepared(
    sqlite="INSERT INTO stock_balance (sku_id, location_id, on_hand, allocated, held, damaged, quarantine, safety, reorder_point, version)"
    " VALUES (:sku_id, :location_id, 0, 0, 0, 0, 0, 0, 0, 1) ON CONFLICT DO NOTHING",
    postgresql="INSERT INTO stock_balance (sku_id, location_id, on_hand, allocated, held, damaged, quarantine, safety, reorder_point,"
    " version) VALUES (%(sku_id)s, %(location_id)s, 0, 0, 0, 0, 0, 0, 0, 1) ON CONFLICT DO NOTHING",
)
_SET = ", ".join(f"{bucket} = {bucket} + {{{bucket}}}" for bucket in BUCKETS)
_GUARD = (
    f"UPDATE stock_balance SET {_SET}, version = version + 1 WHERE id = {{id}}"  # noqa: S608
    " AND on_hand - allocated - held - damaged - quarantine + ({on_hand} - {allocated} - {held} - {damaged} - {quarantine}) >= 0"
    " AND allocated + {allocated} >= 0 AND held + {held} >= 0 AND damaged + {damaged} >= 0 AND quarantine + {quarantine} >= 0"
)
_NAMES = ("id", *BUCKETS)
_MOVE = Prepared(
    sqlite=_GUARD.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_GUARD.format(**{name: f"%({name})s::bigint" for name in _NAMES}),
)
_RESTATE = Prepared(
    sqlite="UPDATE stock_balance SET allocated = :allocated, held = :held, version = version + 1 WHERE id = :id",
    postgresql="UPDATE stock_balance SET allocated = %(allocated)s, held = %(held)s, version = version + 1 WHERE id = %(id)s",
)
_ALLOCATE = Prepared(
    sqlite="UPDATE stock_balance SET allocated = allocated + :units, version = version + 1 WHERE id = :id"
    " AND on_hand - allocated - held - damaged - quarantine >= :units",
    postgresql="UPDATE stock_balance SET allocated = allocated + %(units)s::bigint, version = version + 1 WHERE id = %(id)s"
    " AND on_hand - allocated - held - damaged - quarantine >= %(units)s::bigint",
    apart=True,  # who takes units with it changes the balance he has seen likewise
)
_LEDGER = rows_into(
    StockMovement,
    "sku_id",
    "location_id",
    "kind",
    *BUCKETS,
    "on_hand_after",
    "allocated_after",
    "order_id",
    "cause",
    "reason",
    "note",
    "actor",
    "actor_name",
    "at",
    "key",
).waiting()
_TAKEN = rows_into(
    StockMovement,
    *("sku_id", "location_id", "kind", "allocated", "on_hand_after", "allocated_after", "order_id", "cause", "actor", "actor_name", "at"),
    zero=("on_hand", "held", "damaged", "quarantine"),
).waiting()


def locked(tx: Tx, sku_ids: Iterable[int]) -> dict[int, list[Balance]]:
    """The balances of these SKUs, locked for this transaction, per SKU with the best location first.

    Read once for all actions that are committed together, as long as none changes a balance other than by `allocate`.
    """
    wanted, seen = sorted(set(sku_ids)), tx.seen("stock")
    if asked := [sku_id for sku_id in wanted if sku_id not in seen]:
        rows = tx.run(_LOCKED, skus=jsontext.encode(asked)).fetchall()
        rows.sort(key=_BEST_FIRST)
        for row in rows:
            seen.setdefault(row[1], []).append(Balance(*row))
    return {sku_id: seen[sku_id] for sku_id in wanted if sku_id in seen}


def make(tx: Tx, places: Iterable[tuple[int, int]]) -> None:
    """Make empty balances for these (SKU id, location id) where there are none, in key order."""
    tx.run_many(_MAKE, [{"sku_id": sku_id, "location_id": location_id} for sku_id, location_id in sorted(set(places))])


def at(tx: Tx, sku_id: int, location_id: int) -> Balance:
    """The balance of a SKU at a location, locked, made empty if it is new."""
    tx.run(_MAKE, sku_id=sku_id, location_id=location_id)
    return next(balance for balance in locked(tx, [sku_id])[sku_id] if balance.location_id == location_id)


def move(tx: Tx, moves: Sequence[Move], actor: Actor, now: dt.datetime) -> None:
    """Apply the moves in order, write their ledger rows and one event per changed balance.

    Raises: InsufficientStock, if any would take available (or a bucket) below 0; the whole action is undone then.
    """
    changed = tx.run_many(_MOVE, [_deltas(move) for move in moves])
    if changed != len(moves):
        _refuse([move.balance for move in moves])
    at_micros = clock.micros(now)
    tx.add(_LEDGER, [_ledger_row(move, actor, at_micros) for move in moves])
    if followed := [move for move in moves if move.balance.tracks != "none" or move.given is not NOTHING]:
        tracked.follow(tx, followed, actor, now)
    for same in _by_balance(moves):
        _record(tx, same, actor, now)
    if left := [(move.balance, move.kind, move.cause) for move in moves if move.on_hand < 0 or move.quarantine < 0]:
        bin_rows.follow(tx, left, actor, now)


def allocate(tx: Tx, taken: Sequence[tuple[Balance, int]], order_id: int, cause: str, actor: Actor, now: dt.datetime) -> None:
    """Tie units of these balances to an order: `move` for the one change that every order makes, in half its time.

    Args: taken: each balance once, with its units, in key order. Raises: InsufficientStock, as `move` does.
    """
    if tx.run_many(_ALLOCATE, [{"id": balance.id, "units": units} for balance, units in taken]) != len(taken):
        _refuse([balance for balance, _ in taken])
    seen = tx.seen("stock")
    for sku_id in [balance.sku_id for balance, _ in taken if balance not in seen.get(balance.sku_id, ())]:
        seen.pop(sku_id, None)  # read again since: what is seen there does not move on with this one
    ref, name, at = actor.ref, actor.name, clock.micros(now)
    rows, told = [], []
    for balance, units in taken:
        balance.allocated += units
        balance.version += 1
        sku_id, location_id, on_hand, allocated = balance.sku_id, balance.location_id, balance.on_hand, balance.allocated
        rows.append((sku_id, location_id, "allocated", units, on_hand, allocated, order_id, cause, ref, name, at))
        told.append(
            {
                "id": f"{sku_id}:{location_id}",
                "version": balance.version,
                "sku": balance.sku,
                "location": balance.location,
                "units": units,
                "on_hand": on_hand,
                "allocated": allocated,
                "available": balance.available,
            }
        )
    tx.add(_TAKEN, rows)
    tx.record(StockAllocated(order_id, 1, order_id, told), actor, now)


def restate(
    tx: Tx, balance: Balance, ledger: Mapping[str, int], wanted: Mapping[str, int], note: str, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Repair: the balance says what is wanted, one ledger row brings the sum of the ledger there too, and bins hold no more than that.

    Args: ledger, wanted: units per bucket, as the movements sum up and as it should be; of the balance only allocated and held change.
    """
    tx.run(_RESTATE, id=balance.id, allocated=wanted["allocated"], held=wanted["held"])
    for bucket in BUCKETS:
        setattr(balance, bucket, ledger[bucket])
    lacking = {bucket: wanted[bucket] - ledger[bucket] for bucket in BUCKETS}
    move = Move(balance, "adjusted", **lacking, reason=reason, note=note)
    tx.add(_LEDGER, [_ledger_row(move, actor, clock.micros(now))])
    _record(tx, [move], actor, now)
    bin_rows.follow(tx, [(balance, "adjusted", None)], actor, now)


def _by_balance(moves: Sequence[Move]) -> list[list[Move]]:
    found: dict[int, list[Move]] = {}
    for move in moves:
        found.setdefault(id(move.balance), []).append(move)
    return list(found.values())


def _deltas(move: Move) -> dict[str, int]:
    return {
        "id": move.balance.id,
        "on_hand": move.on_hand,
        "allocated": move.allocated,
        "held": move.held,
        "damaged": move.damaged,
        "quarantine": move.quarantine,
    }


def _refuse(balances: Sequence[Balance]) -> None:
    short = [{"sku": balance.sku, "location": balance.location, "available": balance.available} for balance in balances]
    names = ", ".join(sorted({f"{balance.sku} at {balance.location}" for balance in balances}))
    raise InsufficientStock(
        f"There is not enough of {names} for this; look at the stock page and choose fewer units.", short=short
    )


def _ledger_row(move: Move, actor: Actor, at_micros: int) -> tuple[Any, ...]:
    """The row of a move that is made with this: the balance in memory moves on."""
    balance = move.balance
    balance.on_hand += move.on_hand
    balance.allocated += move.allocated
    balance.held += move.held
    balance.damaged += move.damaged
    balance.quarantine += move.quarantine
    balance.version += 1
    return (
        balance.sku_id,
        balance.location_id,
        *move[1:7],
        balance.on_hand,
        balance.allocated,
        *move[7:11],
        actor.ref,
        actor.name,
        at_micros if move.at is None else clock.micros(move.at),
        move.key,
    )


def _change(move: Move) -> dict[str, int]:
    return {bucket: delta for bucket in BUCKETS if (delta := getattr(move, bucket))}


def _change_of_many(moves: Sequence[Move]) -> dict[str, int]:
    return {bucket: delta for bucket in BUCKETS if (delta := sum(getattr(move, bucket) for move in moves))}


def _record(tx: Tx, moves: Sequence[Move], actor: Actor, now: dt.datetime) -> None:
    """One event for what these moves did to their one balance."""
    move = moves[-1]
    balance = move.balance
    change = _change(move) if len(moves) == 1 else _change_of_many(moves)
    tx.record(_changed(balance, move.kind, change, move.reason, move.order_id), actor, now)


def _changed(balance: Balance, kind: str, change: dict[str, int], reason: str | None, order_id: int | None) -> StockChanged:
    return StockChanged(
        id=f"{balance.sku_id}:{balance.location_id}",
        version=balance.version,
        sku=balance.sku,
        location=balance.location,
        kind=kind,
        change=change,
        on_hand=balance.on_hand,
        allocated=balance.allocated,
        available=balance.available,
        reason=reason,
        order_id=order_id,
    )


def snapshot(balance: Balance) -> Balance:
    """A copy as plain values, safe to return from an action."""
    return replace(balance)
