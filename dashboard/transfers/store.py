"""Transfers as they are read: the list, one with its lines and steps, and what is on the way."""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.catalog.rules import fold_code
from dashboard.inventory.model import Location, StockBalance
from dashboard.kernel import text
from dashboard.kernel.errors import NotFound
from dashboard.transfers.model import Transfer, TransferLine, TransferStep
from dashboard.transfers.rules import ON_THE_WAY, VIEWS, Tally

ORIGIN, TARGET = (Location.__table__.alias(name) for name in ("origin", "target"))
WAY = TransferLine.sent - TransferLine.received - TransferLine.damaged - TransferLine.lost - TransferLine.returned
AVAILABLE = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine


class Row(NamedTuple):
    """One transfer of the list. units: planned; in_transit, missing: of its lines, missing are lost or damaged ones."""

    id: int
    number: str
    status: str
    version: int
    note: str
    expected_on: dt.date | None
    created_at: dt.datetime
    dispatched_at: dt.datetime | None
    closed_at: dt.datetime | None
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    sku_count: int
    units: int
    in_transit: int
    missing: int


class LineRow(NamedTuple):
    """One line. available: at the location that it leaves."""

    id: int
    sku_id: int
    sku: str
    name: str
    units: int
    tally: Tally
    available: int
    tracks: str = "none"

    @property
    def in_transit(self) -> int:
        return self.tally.in_transit


class StepRow(NamedTuple):
    """One step. lines: [{sku, units per counter}]."""

    id: int
    version: int
    kind: str
    reason: str | None
    note: str
    lines: list[dict[str, Any]]
    actor_name: str
    at: dt.datetime


class Leg(NamedTuple):
    """Units of one SKU that are on their way in one transfer."""

    number: str
    from_name: str
    to_name: str
    units: int
    expected_on: dt.date | None


_HEAD = (
    "id",
    "number",
    "status",
    "version",
    "note",
    "expected_on",
    "created_at",
    "dispatched_at",
    "closed_at",
)
_SUMS = (
    sa.select(
        TransferLine.transfer_id,
        sa.func.count().label("sku_count"),
        sa.func.sum(TransferLine.units).label("units"),
        sa.func.sum(WAY).label("in_transit"),
        sa.func.sum(TransferLine.lost + TransferLine.damaged).label("missing"),
    )
    .group_by(TransferLine.transfer_id)
    .subquery()
)
_ROWS = (
    sa.select(
        *(Transfer.__table__.c[name] for name in _HEAD),
        ORIGIN.c.code,
        ORIGIN.c.name,
        TARGET.c.code,
        TARGET.c.name,
        _SUMS.c.sku_count,
        _SUMS.c.units,
        _SUMS.c.in_transit,
        _SUMS.c.missing,
    )
    .join(ORIGIN, ORIGIN.c.id == Transfer.from_location_id)
    .join(TARGET, TARGET.c.id == Transfer.to_location_id)
    .join(_SUMS, _SUMS.c.transfer_id == Transfer.id)
)


def transfers(connection: sa.Connection, view: str = "all", query: str = "", before: int | None = None, limit: int = 50) -> list[Row]:
    """Transfers, newest first, those with an id below `before`.

    Args: view: one of rules.VIEWS; query: the start of a number or of a SKU's code, or a location's code.
    """
    statement = _ROWS.order_by(Transfer.id.desc()).limit(limit)
    if view != "all":
        statement = statement.where(Transfer.status.in_(VIEWS[view][1]))
    if before is not None:
        statement = statement.where(Transfer.id < before)
    if query:
        statement = statement.where(_matches(query))
    return [_row(found) for found in connection.execute(statement)]


def _matches(query: str) -> sa.ColumnElement[bool]:
    if text.trouble(query, 200):
        return sa.false()
    folded = fold_code(query)
    with_sku = (
        sa.select(TransferLine.transfer_id)
        .join(Sku, Sku.id == TransferLine.sku_id)
        .where(sa.or_(Sku.code.startswith(folded, autoescape=True), Sku.barcode == folded))
    )
    return sa.or_(
        Transfer.number.startswith(folded, autoescape=True),
        Transfer.id.in_(with_sku),
        sa.func.upper(ORIGIN.c.code) == folded,
        sa.func.upper(TARGET.c.code) == folded,
    )


def _row(found: Any) -> Row:
    return Row(*found[:13], *(int(value) for value in found[13:]))


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many transfers each view holds."""
    found = connection.execute(sa.select(Transfer.status, sa.func.count()).group_by(Transfer.status))
    by_status = {status: int(number) for status, number in found}
    return {view: sum(by_status.get(status, 0) for status in statuses) for view, (_, statuses) in VIEWS.items()}


def transfer(connection: sa.Connection, number: str) -> Row:
    """Raises: NotFound."""
    found = None if text.trouble(number, 20) else connection.execute(_ROWS.where(Transfer.number == number.strip().upper())).first()
    if found is None:
        raise NotFound(f"There is no transfer {number[:20]}.", transfer=number[:20])
    return _row(found)


def lines(connection: sa.Connection, transfer_id: int) -> list[LineRow]:
    """The lines in the order they were written."""
    table = TransferLine.__table__.c
    here = sa.and_(StockBalance.sku_id == TransferLine.sku_id, StockBalance.location_id == Transfer.from_location_id)
    query = (
        sa.select(table.id, table.sku_id, Sku.code, Sku.name, table.units, sa.func.coalesce(AVAILABLE, 0))
        .add_columns(*(table[name] for name in Tally._fields), Sku.tracks)
        .join(Sku, Sku.id == TransferLine.sku_id)
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .outerjoin(StockBalance, here)
        .where(TransferLine.transfer_id == transfer_id)
        .order_by(table.position, table.id)
    )
    return [LineRow(*found[:5], Tally(*found[6:-1]), int(found[5]), found[-1]) for found in connection.execute(query)]


def steps(connection: sa.Connection, transfer_id: int) -> list[StepRow]:
    """What was done, newest first."""
    table = TransferStep.__table__.c
    names = ("id", "version", "kind", "reason", "note", "lines", "actor_name", "at")
    query = sa.select(*(table[name] for name in names)).where(table.transfer_id == transfer_id).order_by(table.version.desc())
    return [StepRow(*found[:5], json.loads(found[5]), *found[6:]) for found in connection.execute(query)]


def in_transit(connection: sa.Connection, sku_ids: Iterable[int]) -> dict[int, int]:
    """Units on the way per SKU id, over all open transfers; SKUs without any are missing."""
    query = (
        sa.select(TransferLine.sku_id, sa.func.sum(WAY))
        .where(TransferLine.sku_id.in_(sorted(set(sku_ids))), WAY > 0)
        .group_by(TransferLine.sku_id)
    )
    return {sku_id: int(units) for sku_id, units in connection.execute(query)}


def on_the_way(connection: sa.Connection, sku_id: int, limit: int = 20) -> list[Leg]:
    """The transfers that carry units of this SKU, the one expected first at the top."""
    query = (
        sa.select(Transfer.number, ORIGIN.c.name, TARGET.c.name, WAY, Transfer.expected_on)
        .join(TransferLine, TransferLine.transfer_id == Transfer.id)
        .join(ORIGIN, ORIGIN.c.id == Transfer.from_location_id)
        .join(TARGET, TARGET.c.id == Transfer.to_location_id)
        .where(TransferLine.sku_id == sku_id, WAY > 0, Transfer.status.in_(ON_THE_WAY))
        .order_by(sa.func.coalesce(Transfer.expected_on, dt.date(9999, 1, 1)), Transfer.id)
        .limit(limit)
    )
    return [Leg(*found) for found in connection.execute(query)]


def available(connection: sa.Connection, sku_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """Available units per (SKU id, location id)."""
    query = sa.select(StockBalance.sku_id, StockBalance.location_id, AVAILABLE).where(StockBalance.sku_id.in_(sorted(set(sku_ids))))
    return {(sku_id, location_id): int(units) for sku_id, location_id, units in connection.execute(query)}


def by_ids(connection: sa.Connection, ids: Iterable[int]) -> list[Row]:
    """Transfers by id, newest first."""
    wanted = sorted(set(ids))
    return [_row(found) for found in connection.execute(_ROWS.where(Transfer.id.in_(wanted)).order_by(Transfer.id.desc()))]
