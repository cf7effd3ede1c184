"""The audit seal: a chain of SHA-256 hashes over the event log, with an anchor outside the database.

Every second the relay seals the run of events that is new: digest = SHA-256(digest before, the run's rows). A changed, inserted,
removed or reordered row no longer matches its run's digest; a gap in `seq` names a removed row. What somebody could still do
is cut the end off, rows and seals together: the anchor file beside the database names the last seal.
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel import clock, crash, jsontext
from dashboard.kernel.db import Database
from dashboard.kernel.outbox import EventRow, EventSeal
from dashboard.kernel.statements import Prepared, rows_into, run
from dashboard.kernel.tx import Tx

RUN = 2000
BITE = 200
START = "0" * 64
ANCHOR = "audit.anchor"

_event = EventRow.__table__.c
_SEALED = (
    "SELECT seq, type, entity, entity_id, version, order_id, actor, actor_name, at, request_id, data FROM event"
    " WHERE seq > {after} ORDER BY seq LIMIT {limit}"
)
_ROWS = Prepared(
    sqlite=_SEALED.format(after=":after", limit=":limit"), postgresql=_SEALED.format(after="%(after)s", limit="%(limit)s")
)
_NEWEST = "SELECT first_seq, last_seq, digest FROM event_seal ORDER BY last_seq DESC LIMIT 1"
_LAST = Prepared(sqlite=_NEWEST, postgresql=_NEWEST, apart=True)
_LINK = rows_into(EventSeal, "first_seq", "last_seq", "digest", "at").standing_apart()


class Fault(NamedTuple):
    """What is wrong, and between which seq (inclusive)."""

    first_seq: int
    last_seq: int
    what: str


def extend(database: Database, engine: sa.Engine, now: dt.datetime, breathe: Callable[[], None] = lambda: None) -> bool:
    """Seal the next run of events; returns whether there is more to seal. Another process that was faster is no fault.

    Args: breathe: called between two bites of a run, so that others get their turn.
    """
    with engine.connect() as connection:
        before = _last(connection)
    digest, last = hashlib.sha256(before.digest.encode()), before.last_seq
    while last - before.last_seq < RUN:
        with engine.connect() as connection:
            rows = _rows(connection, last, min(BITE, RUN - (last - before.last_seq)))
        if not rows:
            break
        _add(digest, rows)
        last = rows[-1][0]
        breathe()
    if last == before.last_seq:
        return False
    link = Link(before.last_seq + 1, last, digest.hexdigest())
    if database.write(lambda tx: _append(tx, before, link, now)):
        _drop_anchor(database, link)
    return last - before.last_seq >= RUN


def verify(connection: sa.Connection, anchor: Path | None = None) -> list[Fault]:
    """Recompute the whole chain; [] means that every sealed row is as it was written."""
    faults: list[Fault] = []
    before = Link(0, 0, START)
    for link in _links(connection):
        faults += _check(connection, before, link)
        before = link
    if anchor is not None and anchor.exists():
        faults += _check_anchor(connection, json.loads(anchor.read_text()))
    return faults


def anchor_of(database: Database) -> Path:
    return Path(database.app.instance_path) / ANCHOR


class Link(NamedTuple):
    first_seq: int
    last_seq: int
    digest: str


def _append(tx: Tx, before: Link, link: Link, now: dt.datetime) -> bool:
    if _link(tx.run(_LAST).fetchone()) != before:
        return False
    tx.add(_LINK, [(*link, clock.micros(now))])
    crash.point("seal_written")
    return True


def _check(connection: sa.Connection, before: Link, link: Link) -> Iterator[Fault]:
    if link.first_seq != before.last_seq + 1:
        yield Fault(before.last_seq + 1, link.first_seq - 1, "these events have no seal, or their seal was removed")
    rows = _rows(connection, link.first_seq - 1, link.last_seq - link.first_seq + 1)
    missing = sorted(set(range(link.first_seq, link.last_seq + 1)) - {row[0] for row in rows})
    if missing:
        yield Fault(missing[0], missing[-1], f"{len(missing)} events were removed")
    elif _digest(before.digest, rows) != link.digest:
        yield Fault(link.first_seq, link.last_seq, "an event was changed, or put in another order")


def _check_anchor(connection: sa.Connection, anchored: dict[str, Any]) -> Iterator[Fault]:
    query = sa.select(EventSeal.digest).where(EventSeal.last_seq == anchored["seq"])
    if connection.execute(query).scalar() != anchored["digest"]:
        yield Fault(
            anchored["seq"], anchored["seq"], "the log was cut off or rewritten: the seal named by the anchor file is gone"
        )


def _drop_anchor(database: Database, link: Link) -> None:
    path = anchor_of(database)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"seq": link.last_seq, "digest": link.digest}))
    fresh.replace(path)


def _last(connection: sa.Connection) -> Link:
    return _link(run(connection, _LAST).fetchone())


def _link(row: Any) -> Link:
    return Link(*row) if row else Link(0, 0, START)


def _links(connection: sa.Connection) -> Iterator[Link]:
    last = 0
    while True:
        query = (
            sa.select(EventSeal.first_seq, EventSeal.last_seq, EventSeal.digest)
            .where(EventSeal.last_seq > last)
            .order_by(EventSeal.last_seq)
            .limit(1000)
        )
        found = connection.execute(query).all()
        if not found:
            return
        for row in found:
            yield Link(*row)
        last = found[-1].last_seq


def _rows(connection: sa.Connection, after: int, limit: int) -> list[tuple[Any, ...]]:
    return run(connection, _ROWS, after=after, limit=limit).fetchall()


def _digest(before: str, rows: list[tuple[Any, ...]]) -> str:
    digest = hashlib.sha256(before.encode())
    _add(digest, rows)
    return digest.hexdigest()


def _add(digest: Any, rows: list[tuple[Any, ...]]) -> None:
    digest.update(b"".join(map(jsontext.line, rows)))


def extent(connection: sa.Connection) -> tuple[int, int]:
    """(last sealed seq, last seq of the log)."""
    return _last(connection).last_seq, connection.execute(sa.select(sa.func.coalesce(sa.func.max(_event.seq), 0))).scalar_one()


def sealed(connection: sa.Connection) -> tuple[int, str]:
    """(last sealed seq, digest of the chain up to there)."""
    found = _last(connection)
    return found.last_seq, found.digest
