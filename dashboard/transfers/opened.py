"""A transfer inside a transaction: locked, with its lines, and closed again with what one step did to it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.model import Location
from dashboard.kernel import ids, jsontext, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.tx import Tx
from dashboard.transfers.events import TransferMoved
from dashboard.transfers.model import Transfer, TransferLine, TransferStep
from dashboard.transfers.rules import STATES, Tally

MOST_NOTE = 2_000
COUNTERS = Tally._fields
_HEAD = sa.select(Transfer.__table__)
_PLACES = sa.select(Location.id, Location.code, Location.name, Location.active)
_LINES = (
    sa.select(TransferLine.id, TransferLine.sku_id, Sku.code, TransferLine.units, *(TransferLine.__table__.c[name] for name in COUNTERS))
    .join(Sku, Sku.id == TransferLine.sku_id)
    .order_by(TransferLine.sku_id)
)


class Place(NamedTuple):
    id: int
    code: str
    name: str
    active: bool


class Line(NamedTuple):
    """units: planned; tally: where the sent ones are."""

    id: int
    sku_id: int
    sku: str
    units: int
    tally: Tally


class Saved(NamedTuple):
    """What an action says of the transfer it changed."""

    id: int
    number: str
    status: str
    version: int


@dataclass(frozen=True)
class Opened:
    """One transfer as this transaction sees it, its lines in order of their SKU's id (the order in which balances are locked)."""

    id: int
    number: str
    status: str
    version: int
    origin: Place
    target: Place
    lines: tuple[Line, ...]

    @property
    def cause(self) -> str:
        return f"transfer:{self.id}"

    @property
    def in_transit(self) -> dict[str, int]:
        """Units on the way per SKU code."""
        return {line.sku: line.tally.in_transit for line in self.lines}

    def key(self, line: Line) -> str:
        """The natural key of the movement that the next step makes of this line."""
        return f"{self.cause}:{self.version + 1}:{line.id}"


def opened(tx: Tx, number: str) -> Opened:
    """The transfer, locked until the transaction ends.

    Raises: NotFound.
    """
    head = None
    if not text.trouble(number, 20):
        head = tx.execute(_HEAD.where(Transfer.number == number.strip().upper()).with_for_update()).first()
    if head is None:
        raise NotFound(f"There is no transfer {number[:20]}.", transfer=number[:20])
    found = tx.execute(_PLACES.where(Location.id.in_((head.from_location_id, head.to_location_id))))
    places = {row.id: Place(*row) for row in found}
    lines = tuple(Line(*row[:4], Tally(*row[4:])) for row in tx.execute(_LINES.where(TransferLine.transfer_id == head.id)))
    return Opened(
        head.id, head.number, head.status, head.version, places[head.from_location_id], places[head.to_location_id], lines
    )


def check_version(transfer: Opened, version: int | None) -> None:
    """Raises: Conflict (facts: version, status, in_transit), when somebody changed it since."""
    if version is not None and version != transfer.version:
        raise Conflict(
            f"Transfer {transfer.number} was changed by somebody else meanwhile. Nothing was saved; look again before you go on.",
            version=transfer.version,
            status=transfer.status,
            in_transit=transfer.in_transit,
        )


@dataclass(frozen=True)
class Step:
    """What a step did. kind: one of rules.STEPS; lines: units per SKU; head: columns of the transfer that change with it."""

    kind: str
    after: str
    lines: Sequence[Mapping[str, Any]]
    reason: str | None = None
    note: str = ""
    key: str | None = None
    head: Mapping[str, Any] | None = None


def take(tx: Tx, transfer: Opened, step: Step, actor: Actor, now: dt.datetime) -> Saved:
    """Write the step, the status after it and its event.

    Raises: Conflict, if the transfer is not as it was opened.
    """
    values = {**(step.head or {}), "status": step.after, "version": transfer.version + 1}
    if step.after != transfer.status and not STATES.next_of(step.after):
        values["closed_at"] = now
    mine = sa.update(Transfer).where(Transfer.id == transfer.id, Transfer.version == transfer.version)
    if tx.execute(mine.values(values)).rowcount != 1:
        check_version(transfer, 0)
    write_step(tx, transfer.id, transfer.version + 1, step, actor, now)
    moved = TransferMoved(
        id=transfer.id,
        version=transfer.version + 1,
        number=transfer.number,
        step=step.kind,
        before=transfer.status,
        after=step.after,
        lines=[dict(line) for line in step.lines],
        reason=step.reason,
        sku_ids=_lost(transfer, step),
    )
    tx.record(moved, actor, now)
    return Saved(transfer.id, transfer.number, step.after, transfer.version + 1)


def _lost(transfer: Opened, step: Step) -> tuple[int, ...]:
    """The SKUs of which units were written off in this step."""
    lost = {line["sku"] for line in step.lines if line.get("lost")}
    return tuple(line.sku_id for line in transfer.lines if line.sku in lost)


def write_step(tx: Tx, transfer_id: int, version: int, step: Step, actor: Actor, now: dt.datetime) -> None:
    """Raises: Invalid, for a note or a key that cannot be kept."""
    tx.execute(
        sa.insert(TransferStep).values(
            transfer_id=transfer_id,
            version=version,
            kind=step.kind,
            reason=step.reason,
            note=ids.mask_cards(text.kept("note", step.note, MOST_NOTE)),
            lines=jsontext.encode([dict(line) for line in step.lines]),
            actor=actor.ref,
            actor_name=actor.name,
            at=now,
            key=text.kept("key", step.key, 120) if step.key else None,
        )
    )


def count(tx: Tx, counted: Sequence[tuple[Line, Mapping[str, int]]]) -> None:
    """Add units to the counters of lines, each only while as many are on the way (or planned, for `sent`).

    Raises: Conflict, if any line has too few; the whole action is undone then.
    """
    table = TransferLine.__table__.c
    for line, units in counted:
        more = {name: table[name] + delta for name, delta in units.items()}
        left = table.sent - table.received - table.damaged - table.lost - table.returned
        room = table.units - table.sent >= units["sent"] if "sent" in units else left >= sum(units.values())
        if tx.execute(sa.update(TransferLine).where(table.id == line.id, room).values(more)).rowcount != 1:
            raise Conflict(f"There are not that many of {line.sku} on the way any more; look again.", sku=line.sku)
