"""Keep the schedule of counts: work out what should stand in it, write what differs, move on what was just counted."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.counts import due, rules
from dashboard.counts.model import CountLine, CountSchedule
from dashboard.counts.store.policies import policies, policy_of
from dashboard.inventory.model import Location
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

AT_ONCE = 2_000
"""Rows of one transaction: others get their turn in between."""
_WORDS = "(location_id, sku_id, class, last_counted, due_at)"
_NEWER = "count_schedule.last_counted IS NULL OR excluded.last_counted >= count_schedule.last_counted"
_SET = f"class = excluded.class, last_counted = excluded.last_counted, due_at = excluded.due_at WHERE {_NEWER}"
_PUT = Prepared(
    sqlite=f"INSERT INTO count_schedule {_WORDS} VALUES (:location_id, :sku_id, :class_, :last_counted, :due_at)"  # noqa: S608
    f" ON CONFLICT (location_id, sku_id) DO UPDATE SET {_SET}",
    postgresql=f"INSERT INTO count_schedule {_WORDS}"  # noqa: S608
    f" VALUES (%(location_id)s, %(sku_id)s, %(class_)s, %(last_counted)s, %(due_at)s)"
    f" ON CONFLICT (location_id, sku_id) DO UPDATE SET {_SET}",
)


class Changes(NamedTuple):
    """put: rows as the columns of CountSchedule, moments in microseconds; drop: SKU ids that have no shelf there any more."""

    location_id: int
    put: list[dict[str, Any]]
    drop: list[int]


def changes(connection: sa.Connection, now: dt.datetime) -> list[Changes]:
    """What the schedule lacks or says wrongly, location by location."""
    class_of, known = due.classes(connection, now), policies(connection)
    places = connection.execute(sa.select(Location.id).order_by(Location.id)).scalars().all()
    return [_changes_at(connection, place, class_of, known) for place in places]


def _changes_at(
    connection: sa.Connection, location_id: int, class_of: dict[int, str], known: dict[str, rules.Policy]
) -> Changes:
    row = CountSchedule.__table__.c
    plain = [sa.type_coerce(row[name], sa.BigInteger) for name in ("last_counted", "due_at")]
    query = sa.select(row.sku_id, row["class"], *plain).where(row.location_id == location_id)
    stored = {sku_id: tuple(values) for sku_id, *values in connection.execute(query)}
    put = []
    for shelf in due.shelves(connection, location_id, busy=True):
        class_ = class_of.get(shelf.sku_id, "C")
        last = None if shelf.last_counted is None else clock.micros(shelf.last_counted)
        since = clock.micros(rules.due_at(shelf.last_counted, known[class_]))
        if stored.pop(shelf.sku_id, None) != (class_, last, since):
            put.append(
                {"location_id": location_id, "sku_id": shelf.sku_id, "class_": class_, "last_counted": last, "due_at": since}
            )
    return Changes(location_id, put, sorted(stored))


def portions(found: Iterable[Changes]) -> Iterable[Changes]:
    """The same, in portions of one transaction each."""
    for one in found:
        for start in range(0, len(one.put), AT_ONCE):
            yield Changes(one.location_id, one.put[start : start + AT_ONCE], [])
        for start in range(0, len(one.drop), AT_ONCE):
            yield Changes(one.location_id, [], one.drop[start : start + AT_ONCE])


def write_changes(tx: Tx, found: Changes, _actor: Actor, _now: dt.datetime) -> int:
    """Returns how many rows; one that was counted since they were worked out keeps what it says."""
    if found.put:
        tx.run_many(_PUT, found.put)
    if found.drop:
        here = sa.and_(CountSchedule.location_id == found.location_id, CountSchedule.sku_id.in_(found.drop))
        tx.execute(sa.delete(CountSchedule).where(here))
    return len(found.put) + len(found.drop)


def move_on(tx: Tx, location_id: int, lines: Sequence[CountLine]) -> None:
    """These lines are approved: their shelves are due again after the interval of their class.

    A shelf whose SKU lies in bins counts as counted when the last of its bins is, as of the bin that was counted longest ago.
    """
    tx.flush()
    counted = {line.sku_id: line.counted_at for line in lines if line.bin_id is None}
    counted |= due.by_bins(tx.connection, location_id, {line.sku_id for line in lines if line.bin_id is not None})
    known = policy_of(tx.connection, location_id, list(counted)) if counted else {}
    row = CountSchedule
    for sku_id, at in sorted(counted.items()):
        older = sa.or_(row.last_counted.is_(None), row.last_counted < at)
        here = sa.and_(row.location_id == location_id, row.sku_id == sku_id)
        tx.execute(sa.update(row).where(here, older).values(last_counted=at, due_at=rules.due_at(at, known[sku_id])))
