"""The event log: written with the change, read in commit order by the relay, screens, timelines and the API.

`seq` is gap-free and in commit order. On SQLite the one writer gives it at insert; on PostgreSQL, where transactions commit
in any order, the relay gives it after the commit (relay.py).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel import clock, jsontext
from dashboard.kernel.columns import Base, BigId
from dashboard.kernel.events import data_of
from dashboard.kernel.statements import Prepared, rows_into, run

if TYPE_CHECKING:
    from dashboard.kernel.tx import Tx


class EventRow(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seq: Mapped[int | None] = mapped_column(unique=True)
    type: Mapped[str] = mapped_column(sa.String(48))
    entity: Mapped[str] = mapped_column(sa.String(24))
    entity_id: Mapped[str] = mapped_column(sa.String(64))
    version: Mapped[int]
    order_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(sa.String(64))
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime]
    request_id: Mapped[str | None] = mapped_column(sa.String(64))
    data: Mapped[str] = mapped_column(sa.Text)
    __table_args__ = (
        sa.Index("ix_event_order_id", "order_id", "id", sqlite_where=sa.text("order_id IS NOT NULL")),
        sa.Index("ix_event_unsealed", "id", postgresql_where=sa.text("seq IS NULL"), sqlite_where=sa.text("seq IS NULL")),
    )


class Meta(Base):
    """A few facts about this database itself: `epoch` changes when the log does not continue (a restore)."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


class EventSeal(Base):
    """One link of the audit chain: a hash over a run of events and the link before it. Written by the relay within a second."""

    __tablename__ = "event_seal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    first_seq: Mapped[int] = mapped_column(unique=True)
    last_seq: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime]


class Position(NamedTuple):
    epoch: str
    seq: int


class Recorded(NamedTuple):
    """An event as read back from the log."""

    seq: int
    type: str
    entity: str
    id: str
    version: int
    order_id: int | None
    actor: str
    actor_name: str
    at: dt.datetime
    data: dict[str, Any]


_COLUMNS = ("type", "entity", "entity_id", "version", "order_id", "actor", "actor_name", "at", "request_id", "data")
_INSERT = rows_into(EventRow, *_COLUMNS)
_INSERT_IN_PLACE = rows_into(EventRow, "seq", *_COLUMNS).standing_apart()
_READ = "seq, type, entity, entity_id, version, order_id, actor, actor_name, at, data"
_END = Prepared(sqlite="SELECT coalesce(max(seq), 0) FROM event", apart=True)


class Told(NamedTuple):
    """An event that is to be recorded: the fact, who did it, when, an order it belongs to besides the fact's own, and the request."""

    fact: Any
    actor: Any
    at: dt.datetime
    order_id: int | None
    request_id: str | None


def _row(told: Told) -> tuple[Any, ...]:
    """In the order of _COLUMNS."""
    fact, actor, at, order_id, request_id = told
    return (
        type(fact).__name__,
        fact.entity,
        str(fact.id),
        fact.version,
        getattr(fact, "order_id", order_id),
        actor.ref,
        actor.name,
        clock.micros(at),
        request_id,
        jsontext.encode(data_of(fact)),
    )


def insert(tx: "Tx", events: Sequence[Told]) -> None:
    """SQLite: the one writer gives each event its place; PostgreSQL: the relay does, after the commit."""
    if not tx.is_sqlite:
        tx.add(_INSERT, [_row(told) for told in events])
        return
    end = tx.ends.get("event")
    if end is None:
        end = tx.run(_END).fetchone()[0]
    tx.add(_INSERT_IN_PLACE, [(seq, *_row(told)) for seq, told in enumerate(events, end + 1)])
    tx.ends["event"] = end + len(events)


def position(connection: sa.Connection) -> Position:
    """Where the log stands in this connection's snapshot."""
    found = connection.exec_driver_sql(
        "SELECT (SELECT value FROM meta WHERE key = 'epoch'), (SELECT coalesce(max(seq), 0) FROM event)"
    ).one()
    return Position(found[0] or "", found[1])


_AFTER = Prepared(
    sqlite=f"SELECT {_READ} FROM event WHERE seq > :seq ORDER BY seq LIMIT :limit",  # noqa: S608
    postgresql=f"SELECT {_READ} FROM event WHERE seq > %(seq)s ORDER BY seq LIMIT %(limit)s",  # noqa: S608
)


def after(connection: sa.Connection, seq: int, limit: int) -> list[Recorded]:
    """The next events of the log, in order."""
    found = run(connection, _AFTER, seq=seq, limit=limit).fetchall()
    return [Recorded._make((*row[:8], clock.moment(row[8]), orjson.loads(row[9]))) for row in found]


def of_order(connection: sa.Connection, order_id: int, before: int | None = None, limit: int = 50) -> list[Recorded]:
    """One order's events, newest first; `before` is the seq to go on from."""
    table = EventRow.__table__.c
    query = (
        sa.select(
            table.seq,
            table.type,
            table.entity,
            table.entity_id,
            table.version,
            table.order_id,
            table.actor,
            table.actor_name,
            table.at,
            table.data,
        )
        .where(table.order_id == order_id)
        .order_by(table.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(table.seq < before)
    return [_recorded(found) for found in connection.execute(query)]


def _recorded(row: Any) -> Recorded:
    return Recorded._make([*row[:-1], orjson.loads(row[-1])])


Reaction = Callable[["Tx", Recorded, dt.datetime], None]
REACTIONS: dict[str, list[Reaction]] = {}


WANTED: dict[Reaction, Callable[[Recorded], bool]] = {}


def on(*event_types: type, when: Callable[[Recorded], bool] | None = None) -> Callable[[Reaction], Reaction]:
    """Run the function `(tx, recorded, now)` for each such event: after its commit, in its own transaction, as a job.

    The job ends in that transaction, so its effect happens once; it may be called more often when it fails.

    Args: when: which of the events are worth a job; a pure look at the event, on the relay's hot path.
    """

    def add(function: Reaction) -> Reaction:
        if when is not None:
            WANTED[function] = when
        for event_type in event_types:
            REACTIONS.setdefault(event_type.__name__, []).append(function)
        return function

    return add


def name_of(reaction: Reaction) -> str:
    """How a job names a reaction."""
    return f"{reaction.__module__}.{reaction.__qualname__}"


def reaction_named(event_type: str, name: str) -> Reaction | None:
    return next((function for function in REACTIONS.get(event_type, ()) if name_of(function) == name), None)


def reactions_to(recorded: Recorded) -> list[Reaction]:
    """The reactions that want this event."""
    found = REACTIONS.get(recorded.type, ())
    return [function for function in found if function not in WANTED or WANTED[function](recorded)]
