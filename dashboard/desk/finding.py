"""What to look for by the clock: late orders, bad addresses, jobs that are stuck or given up, stock that does not add up.

Each look is one statement over an index that holds no more than what may be wrong, and leaves out what is in the queue already.
"""

import datetime as dt

import sqlalchemy as sa

from dashboard.desk.addresses import Place, faults
from dashboard.desk.rules import LATE_GRACE, LATE_PHASES, OFTEN, WAITING_LONG
from dashboard.inventory.store.standing import stretch
from dashboard.kernel import clock
from dashboard.kernel.jobs import REACTION, Job
from dashboard.orders.commands import OpenException
from dashboard.orders.model import Order, OrderException
from dashboard.promises.model import PromiseTold

AT_ONCE = 200
STRETCH = 100
X = OrderException
_MICROS = sa.String(20)


def everything(connection: sa.Connection, now: dt.datetime) -> list[OpenException]:
    """What belongs into the queue now and is not there."""
    return [*late_orders(connection, now), *later_promises(connection), *dead_letters(connection), *stuck_jobs(connection, now)]


def late_orders(connection: sa.Connection, now: dt.datetime) -> list[OpenException]:
    """Orders that wait for us an hour after their ship-by."""
    query = (
        sa.select(Order.id, Order.number, Order.ship_by, Order.phase)
        .where(
            Order.phase.in_([sa.literal(phase, literal_execute=True) for phase in LATE_PHASES]),
            Order.ship_by < now - LATE_GRACE,
            ~_known("late_order:", Order.id, sa.cast(Order.ship_by, _MICROS)),
        )
        .order_by(Order.ship_by, Order.id)
        .limit(AT_ONCE)
    )
    return [
        OpenException(
            "late_order",
            f"Order {row.number} was due to leave {row.ship_by:%a %d %b %H:%M} UTC",
            row.id,
            {"ship_by": clock.iso(row.ship_by), "phase": row.phase},
            key=f"late_order:{row.id}",
            occurrence=str(clock.micros(row.ship_by)),
        )
        for row in connection.execute(query)
    ]


def later_promises(connection: sa.Connection) -> list[OpenException]:
    """Orders that are promised for a later day than their customers were told, or for none any more."""
    promised = sa.func.coalesce(sa.cast(Order.promised_at, _MICROS), "none")
    query = (
        sa.select(Order.id, Order.number, Order.promised_at, promised.label("occurrence"), PromiseTold.told_on)
        .join(PromiseTold, PromiseTold.order_id == Order.id)
        .where(Order.status == "open", Order.promise_moved == sa.literal("later", literal_execute=True))
        .where(~_known("promise_later:", Order.id, promised))
        .order_by(Order.placed_at, Order.id)
        .limit(AT_ONCE)
    )
    return [
        OpenException(
            "promise_later",
            f"Order {row.number}: told {row.told_on:%d %b %Y}, "
            + (f"promised {row.promised_at:%d %b %Y} now" if row.promised_at else "without a date now"),
            row.id,
            {"told": row.told_on.isoformat(), "promised_at": clock.iso(row.promised_at)},
            key=f"promise_later:{row.id}",
            occurrence=row.occurrence,
        )
        for row in connection.execute(query)
        if row.told_on is not None
    ]


def _known(prefix: str, id_: sa.ColumnElement, occurrence: sa.ColumnElement) -> sa.Exists:
    """The cause is in the queue, or a person has dealt with this time of it."""
    dealt_with = sa.or_(X.resolved_at.is_(None), sa.and_(X.cleared.is_(False), X.occurrence == occurrence))
    return sa.exists().where(X.key == sa.literal(prefix).concat(sa.cast(id_, _MICROS)), dealt_with)


def bad_addresses(connection: sa.Connection, after: int, most: int) -> tuple[list[OpenException], int]:
    """Of the next open orders by id, those with an address that cannot be right; and the id to go on after."""
    query = (
        sa.select(Order.id, Order.number, Order.status, Order.ship_line1, Order.ship_city, Order.ship_postal_code, Order.ship_country)
        .where(Order.id > after)
        .order_by(Order.id)
        .limit(most)
    )
    rows = connection.execute(query).all()
    found = [(row, faults(Place(*row[3:]))) for row in rows if row.status == "open"]
    opened = [
        OpenException(
            "bad_address",
            f"Order {row.number}: {'; '.join(wrong)}",
            row.id,
            {"faults": wrong},
            key=f"bad_address:{row.id}",
            occurrence="; ".join(wrong)[:80],
        )
        for row, wrong in found
        if wrong
    ]
    return opened, rows[-1].id if rows else after


def dead_letters(connection: sa.Connection, job_id: int | None = None) -> list[OpenException]:
    """Jobs that were given up."""
    died = sa.cast(sa.func.coalesce(Job.finished_at, Job.run_at), _MICROS)
    query = sa.select(Job.id, Job.task, Job.title, Job.payload, Job.error, Job.attempts, died.label("died")).where(
        Job.status == "dead", ~_known("dead_letter:", Job.id, died)
    )
    if job_id is not None:
        query = query.where(Job.id == job_id)
    return [
        OpenException(
            "dead_letter",
            f"{row.title or _named(row.task)} (job {row.id}) was given up after {row.attempts} attempts",
            facts={"job": row.id, "task": row.task, "error": (row.error or "")[-400:]},
            key=f"dead_letter:{row.id}",
            occurrence=row.died,
        )
        for row in connection.execute(query.order_by(Job.id).limit(AT_ONCE))
    ]


def _named(task: str) -> str:
    return "A reaction to an event" if task == REACTION else task


def stuck_jobs(connection: sa.Connection, now: dt.datetime) -> list[OpenException]:
    """Jobs that failed often, one by one; jobs that should have begun long ago, as one: they have one cause."""
    query = sa.select(Job.id, Job.task, Job.title, Job.attempts, Job.error, Job.run_at).where(
        Job.status == "ready", Job.attempts >= OFTEN, ~_known("stuck_job:", Job.id, sa.literal("failing"))
    )
    found = [
        OpenException(
            "stuck_job",
            f"{row.title or _named(row.task)} (job {row.id}) has failed {row.attempts} times",
            facts={"job": row.id, "task": row.task, "error": (row.error or "")[-400:], "next": clock.iso(row.run_at)},
            key=f"stuck_job:{row.id}",
            occurrence="failing",
        )
        for row in connection.execute(query.order_by(Job.id).limit(AT_ONCE))
    ]
    waiting = sa.select(sa.func.count(), sa.func.min(Job.run_at)).where(Job.status == "ready", Job.run_at < now - WAITING_LONG)
    count, since = connection.execute(waiting).one()
    if count:
        summary = f"{count} job{'' if count == 1 else 's'} should have begun by {since:%H:%M} UTC and waits for a worker"
        facts = {"jobs": count, "since": clock.iso(since)}
        found.append(OpenException("stuck_job", summary, facts=facts, key="stuck_job:0", occurrence=str(clock.micros(since))))
    return found


def drifted_stock(connection: sa.Connection, after: int) -> tuple[list[OpenException], int]:
    """Of the next SKUs by id, the places that do not add up; and the id to go on after (0 to begin again)."""
    looked = stretch(connection, after, STRETCH)
    found = [
        OpenException(
            "stock_mismatch",
            f"{place.sku} at {place.place}: {' '.join(place.sentences())}",
            facts={"sku": place.sku, "location": place.location, "said": place.sentences()},
            key=f"stock_mismatch:{place.sku_id}:{place.location_id}",
            occurrence=" ".join(f"{bucket}{units:+}" for bucket, units in sorted(place.missing.items()))[:80] or "orders and holds",
        )
        for place in looked.drifted
    ]
    return found, looked.last or 0
