"""Fulfilment orders inside a transaction: open them for an order's takes, move their status, keep the order's `work`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.fulfilment import rules, tracked
from dashboard.fulfilment.events import WorkMoved, WorkOpened
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder
from dashboard.inventory.commands import Take
from dashboard.inventory.model import Location
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.statements import Prepared, next_ids, rows_into
from dashboard.kernel.tx import Tx
from dashboard.orders.rules import least_advanced, location_of

_INSERT = rows_into(
    FulfilmentOrder, "id", "number", "order_id", "location_id", "status", "created_at", "pack_errors", "version"
).waiting()
_INSERT_LINES = rows_into(FulfilmentLine, "fulfilment_order_id", "order_line_id", "sku_id", "units", zero=("picked", "packed")).waiting()
_LATEST = Prepared(
    sqlite="SELECT count(*) FROM fulfilment_order WHERE order_id = :id",
    postgresql="SELECT count(*) FROM fulfilment_order WHERE order_id = %(id)s",
)
_FIELDS = "id, number, order_id, location_id, status, version"
_READ = Prepared(
    sqlite=f"SELECT {_FIELDS} FROM fulfilment_order WHERE id = :id",  # noqa: S608
    # The order is locked first: its `work` and its headlines depend on all of its fulfilment orders.
    postgresql="WITH o AS MATERIALIZED (SELECT id FROM orders WHERE id = (SELECT order_id FROM fulfilment_order WHERE id = %(id)s)"
    f" FOR UPDATE) SELECT f.{_FIELDS.replace(', ', ', f.')} FROM o JOIN fulfilment_order f ON f.order_id = o.id"  # noqa: S608
    " WHERE f.id = %(id)s FOR UPDATE OF f",
)
_LINES = (
    "SELECT f.id, f.order_line_id, f.sku_id, f.units, f.picked, f.packed, coalesce(p.units, 0), s.tracks, s.code FROM fulfilment_line f"
    " JOIN sku s ON s.id = f.sku_id"
    " LEFT JOIN order_line_part p ON p.order_line_id = f.order_line_id AND p.sku_id = f.sku_id"
    " WHERE f.fulfilment_order_id = {0} ORDER BY f.id"
)
_READ_LINES = Prepared(sqlite=_LINES.format(":id"), postgresql=_LINES.format("%(id)s"))
_MOVE = (
    "UPDATE fulfilment_order SET status = {after}, version = version + 1, released_at = coalesce({released_at}, released_at),"
    " picked_at = coalesce({picked_at}, picked_at), packed_at = coalesce({packed_at}, packed_at),"
    " shipped_at = coalesce({shipped_at}, shipped_at) WHERE id = {id}"
)
_NAMES = ("id", "after", "released_at", "picked_at", "packed_at", "shipped_at")
_SET_STATUS = Prepared(
    sqlite=_MOVE.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_MOVE.format(**{name: f"%({name})s" + ("::bigint" if name.endswith("_at") else "") for name in _NAMES}),
)
_OF_ORDER = Prepared(
    sqlite="SELECT status, location_id FROM fulfilment_order WHERE order_id = :id ORDER BY id",
    postgresql="SELECT status, location_id FROM fulfilment_order WHERE order_id = %(id)s ORDER BY id",
)
_SET_WORK = Prepared(
    sqlite="UPDATE orders SET work = :work, location_id = :place WHERE id = :id",
    postgresql="UPDATE orders SET work = %(work)s, location_id = %(place)s WHERE id = %(id)s",
)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """per: 0, or the units of this part in one kit when the order line is a kit. tracks: as in catalog.model.Sku."""

    id: int
    order_line_id: int
    sku_id: int
    units: int
    picked: int
    packed: int
    per: int = 0
    tracks: str = "none"
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A fulfilment order as this transaction found it (locked)."""

    id: int
    number: str
    order_id: int
    location_id: int
    status: str
    version: int
    lines: tuple[WorkLine, ...]


def open_work(
    tx: Tx,
    order_id: int,
    order_number: str,
    takes: Sequence[Take],
    line_ids: Mapping[int, int],
    actor: Actor,
    now: dt.datetime,
    *,
    new: bool = False,
) -> list[int]:
    """One fulfilment order per location that gives something. Returns their ids.

    Args: line_ids: order line id per `take.line`. new: the order is of this transaction and has none yet.
    """
    by_location: dict[int, list[Take]] = {}
    for take in takes:
        by_location.setdefault(take.location_id, []).append(take)
    if not by_location:
        return []
    first = 1 if new else tx.run(_LATEST, id=order_id).fetchone()[0] + 1
    ids = next_ids(tx, "fulfilment_order", len(by_location))
    rows, lines = [], []
    for place, (work_id, (location_id, group)) in enumerate(zip(ids, by_location.items(), strict=True)):
        number = f"{order_number}-{first + place}"
        rows.append((work_id, number, order_id, location_id, "allocated", clock.micros(now), 0, 1))
        lines += [(work_id, line_ids[take.line], take.sku_id, take.units) for take in group]
        units = sum([take.units for take in group])
        tx.record(
            WorkOpened(work_id, 1, order_id, number, location_id, units, later=not new),
            actor,
            now,
        )
    tx.add(_INSERT, rows)
    tx.add(_INSERT_LINES, lines)
    return list(ids)


def read(tx: Tx, work_id: int, version: int | None = None, actor: Actor | None = None) -> Work:
    """One fulfilment order with its lines. actor: who is about to work on it.

    Raises: NotFound; Conflict, when it is not what the person saw any more; Forbidden, at a location that is not the actor's.
    """
    row = tx.run(_READ, id=work_id).fetchone()
    if row is None:
        raise NotFound("This fulfilment order does not exist.")
    if version is not None and row[5] != version:
        raise Conflict(
            f"Fulfilment order {row[1]} was changed meanwhile: it is {row[4]} now.", version=row[5], seen=version, status=row[4]
        )
    work = Work(*row, lines=tuple(WorkLine(*line) for line in tx.run(_READ_LINES, id=work_id).fetchall()))
    if actor is not None and actor.locations is not None:
        place = tx.execute(sa.select(Location.code).where(Location.id == work.location_id)).scalar_one()
        reach.assert_location(actor, place)
    return work


def advance(tx: Tx, work: Work, after: str, units: int, actor: Actor, now: dt.datetime, reason: str | None = None) -> None:
    """Move the status along WORK and keep the order's `work`. The caller re-derives the order.

    Raises: IllegalTransition.
    """
    if after != work.status:
        rules.WORK.check(work.status, after)
    moments: dict[str, Any] = dict.fromkeys(_NAMES[2:])
    if after != work.status and f"{after}_at" in moments:
        moments[f"{after}_at"] = clock.micros(now)
    tx.run(_SET_STATUS, id=work.id, after=after, **moments)
    if after in ("cancelled", "rejected"):
        tracked.give_back(tx, work, {line.id: line.picked for line in work.lines}, actor, now)
    tx.record(
        WorkMoved(
            id=work.id,
            version=work.version + 1,
            order_id=work.order_id,
            number=work.number,
            location_id=work.location_id,
            before=work.status,
            after=after,
            units=units,
            reason=reason,
        ),
        actor,
        now,
    )
    keep_order_work(tx, work.order_id)


def keep_order_work(tx: Tx, order_id: int) -> None:
    """What the order waits for, and where."""
    works = [tuple(row) for row in tx.run(_OF_ORDER, id=order_id).fetchall()]
    tx.run(_SET_WORK, id=order_id, work=least_advanced([status for status, _ in works]), place=location_of(works))
