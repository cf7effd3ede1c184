"""What an order says of the promises of its lines: when it is due, and whether that is what its customer was told."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder
from dashboard.fulfilment.rules import OPEN
from dashboard.inventory.calendars import Calendar
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import Order
from dashboard.orders.together import ships_together
from dashboard.promises.commands import TellCustomer
from dashboard.promises.events import CustomerTold
from dashboard.promises.model import OrderPromise, PromiseTold
from dashboard.promises.rules import due, moved
from dashboard.routing.model import RoutingDecision

_TOLD: Any = PromiseTold.__table__


class Told(NamedTuple):
    """What the customer heard last; on: None for "no date yet"."""

    on: dt.date | None


def keep(tx: Tx, order_id: int, calendar: Calendar, now: dt.datetime) -> bool:
    """Write into the order when its last waiting unit leaves, when it is due, and how that differs from what the customer was told.

    The promise is kept once all of it has stock. Returns whether the order changed.
    """
    order = tx.execute(
        sa.select(Order.status, Order.promised_at, Order.ship_by, Order.calendar_ship_by, Order.promise_moved).where(Order.id == order_id)
    ).one()
    lines = sa.select(OrderPromise.promised_on).where(OrderPromise.order_id == order_id, OrderPromise.units > 0)
    days = list(tx.execute(lines).scalars())
    at, off = order.promised_at, None
    if days:
        last = None if None in days else max(days)
        at = None if last is None else calendar.cutoff_of(last)
        off = moved(last, _told(tx, order_id, last, now))
    first = order.calendar_ship_by or order.ship_by
    ship_by = order.ship_by if order.status != "open" else due(first, at, leaves_before=_leaves_before(tx, order_id))
    after = {"promised_at": at, "ship_by": ship_by, "calendar_ship_by": first, "promise_moved": off if order.status == "open" else None}
    changed = {name: value for name, value in after.items() if value != getattr(order, name)}
    if set(changed) <= {"calendar_ship_by"}:
        return False
    tx.execute(sa.update(Order).where(Order.id == order_id).values(**changed))
    return True


def _leaves_before(tx: Tx, order_id: int) -> bool:
    """Whether a part of the order that never waited is still here and may leave without the rest."""
    work, line, decision = FulfilmentOrder, FulfilmentLine, RoutingDecision
    at_once = sa.select(decision.at).where(decision.order_id == order_id, decision.sequence == 1).scalar_subquery()
    waited = sa.exists().where(OrderPromise.order_line_id == line.order_line_id)
    here = (
        sa.select(work.id)
        .join(line, line.fulfilment_order_id == work.id)
        .where(work.order_id == order_id, work.status.in_(OPEN), line.units > 0, sa.or_(work.created_at <= at_once, ~waited))
    )
    return tx.execute(here.limit(1)).first() is not None and not ships_together(tx.connection, order_id)


def _told(tx: Tx, order_id: int, day: dt.date | None, now: dt.datetime) -> Told | None:
    """What the customer was told; a first date they are told with it, by their order's page. None while there was none."""
    found = tx.execute(sa.select(_TOLD.c.told_on).where(_TOLD.c.order_id == order_id)).first()
    if found is not None:
        return Told(found.told_on)
    if day is None:
        return None
    tx.execute(_upsert(tx, {"order_id": order_id, "told_on": day, "told_at": now, "told_by": ""}))
    return Told(day)


def _upsert(tx: Tx, row: dict[str, Any]) -> Any:
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    fresh = dialect.insert(_TOLD).values(row)
    return fresh.on_conflict_do_update(index_elements=["order_id"], set_={name: fresh.excluded[name] for name in row})


def tell_customer(tx: Tx, command: TellCustomer, actor: Actor, now: dt.datetime) -> int:
    """Write down that the customer knows what the order promises now. Returns the order's new version.

    Raises: NotFound; Conflict, when it was changed meanwhile, or waits for nothing.
    """
    derive.check_version(tx, command.order_id, command.version)
    lines = sa.select(OrderPromise.promised_on).where(OrderPromise.order_id == command.order_id, OrderPromise.units > 0)
    days = list(tx.execute(lines).scalars())
    if not days:
        raise Conflict("Nothing of this order waits for a date any more.")
    day = None if None in days else max(days)
    tx.execute(_upsert(tx, {"order_id": command.order_id, "told_on": day, "told_at": now, "told_by": actor.name}))
    settled = sa.update(Order).where(Order.id == command.order_id).values(promise_moved=None).returning(Order.number)
    number = tx.execute(settled).scalar_one()
    version = derive.rederive(tx, command.order_id, actor, now)
    said = day.isoformat() if day else None
    tx.record(CustomerTold(command.order_id, version, command.order_id, number, said), actor, now)
    return version
