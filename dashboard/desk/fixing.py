"""Fixes: what is done about an exception, by the product's own actions, and the exception with it."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.desk import clearing, mapping
from dashboard.desk.clearing import number_in
from dashboard.desk.commands import ApplyFix
from dashboard.desk.events import ExceptionTried
from dashboard.desk.rules import Fix, fixes_of
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import CancelUnits
from dashboard.fulfilment.actions import release_work
from dashboard.fulfilment.backorders import allocate_order
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import AllocateOrder, CancelOrder, MoveParcel, ReleaseWork
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.fulfilment.parcels import move_parcel
from dashboard.inventory.commands import RepairStock
from dashboard.inventory.repairing import repair_stock
from dashboard.inventory.store.standing import standing
from dashboard.kernel import jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, DomainError, Forbidden, Invalid
from dashboard.kernel.jobs import Job
from dashboard.kernel.tx import Tx
from dashboard.orders.actions import place_hold
from dashboard.orders.commands import PlaceHold, ResolveException
from dashboard.orders.exceptions import keep_step, locked, resolve_exception
from dashboard.orders.model import OrderException, OrderLine
from dashboard.promises.commands import TellCustomer
from dashboard.promises.keeping import tell_customer


class Done(NamedTuple):
    """What a fix says it did. left: something of the exception is left, so that it stays open; hold: what it placed, if it did."""

    said: str
    left: bool = False
    hold: int | None = None


Doing = Callable[[Tx, OrderException, Mapping[str, str], Actor, dt.datetime], Done]


class Fixed(NamedTuple):
    """What became of it. refused: why the fix could not be done (then nothing else was changed); closed: it is resolved; hold: what
    the fix placed, by which it can be undone."""

    id: int
    version: int
    said: str
    closed: bool
    refused: bool
    hold: int | None = None


def apply_fix(tx: Tx, command: ApplyFix, actor: Actor, now: dt.datetime) -> Fixed:
    """Do it and close the exception, all or nothing. A fix that is refused is kept as tried: that is written, and nothing else.

    Raises: NotFound; Conflict, when somebody has resolved or changed it; Invalid, for a fix its kind has not, or a missing choice;
    Forbidden.
    """
    found = locked(tx, command.id, command.version)
    fix = fixes_of(found.kind).get(command.fix)
    if fix is None:
        raise Invalid(f"There is no such fix for this: {command.fix[:40]}.", fields={"fix": "unknown"})
    if not actor.may(fix.permission):
        raise Forbidden(f"{fix.label} needs “{fix.permission}”, which your role has not.", permission=fix.permission)
    try:
        with tx.savepoint():
            done = FIXES[command.fix](tx, found, command.choice, actor, now)
    except (Invalid, Forbidden):
        raise
    except DomainError as refusal:
        return _tried(tx, command, fix, refusal.message, True, actor, now)
    if done.left or not fix.closes:
        return _tried(tx, command, fix, done.said, False, actor, now)._replace(hold=done.hold)
    version = resolve_exception(tx, ResolveException(command.id, f"{fix.label}: {done.said}"[:300]), actor, now)
    return Fixed(command.id, version, done.said, closed=True, refused=False)


def _tried(tx: Tx, command: ApplyFix, fix: Fix, said: str, refused: bool, actor: Actor, now: dt.datetime) -> Fixed:
    found = locked(tx, command.id)
    found.version += 1
    tx.flush()
    keep_step(tx, found.id, "tried", f"{fix.label}: {said}", actor, now)
    event = ExceptionTried(found.id, found.version, found.order_id, found.kind, command.fix, said[:300], refused)
    tx.record(event, actor, now)
    return Fixed(found.id, found.version, said, closed=False, refused=refused)


def _order(found: OrderException) -> int:
    if found.order_id is None:
        raise Conflict("This belongs to no order.")
    return found.order_id


def _allocate(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    units = allocate_order(tx, AllocateOrder(_order(found)), actor, now)
    waits = sa.select(sa.func.coalesce(sa.func.sum(OrderLine.backordered), 0)).where(OrderLine.order_id == found.order_id)
    left = int(tx.execute(waits).scalar_one())
    return Done(f"{units} allocated, {left} still wait" if left else f"{units} allocated", left > 0)


def _map_sku(tx: Tx, found: OrderException, choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    order_id, sku = _order(found), choice.get("sku", "").strip()
    if not sku:
        raise Invalid("Choose the SKU that it is.", fields={"sku": "Choose a SKU."})
    codes = mapping.unknown_codes(tx.connection, order_id)
    code = choice.get("code", "") or (codes[0] if codes else "")
    done = mapping.map_line(tx, order_id, code, sku, actor, now)
    said = f"{code} is {sku.upper()}, {max(0, done.units - done.waiting)} of {done.units} allocated"
    return Done(f"{said}; {done.left} lines are unknown still" if done.left else said, done.left > 0)


def _keep_waiting(_tx: Tx, _found: OrderException, _choice: Mapping[str, str], _actor: Actor, _now: dt.datetime) -> Done:
    return Done("it goes on waiting for stock")


def _cancel_order(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    reason = "out_of_stock" if found.kind in ("oversold", "unknown_sku", "promise_later") else "other"
    cancel_order(tx, CancelOrder(_order(found), reason), actor, now)
    return Done("cancelled")


def _cancel_waiting(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    unknown = OrderLine.sku_id.is_(None) if found.kind == "unknown_sku" else OrderLine.sku_id.is_not(None)
    waiting = sa.select(OrderLine.id, OrderLine.backordered).where(
        OrderLine.order_id == _order(found), OrderLine.backordered > 0, unknown
    )
    units = {line_id: count for line_id, count in tx.execute(waiting.order_by(OrderLine.id))}
    if not units:
        raise Conflict("Nothing of it waits any more.")
    try:
        cancel_units(tx, CancelUnits(_order(found), units, "out_of_stock"), actor, now)
    except Invalid as error:  # all of the order, say: nothing that a form could put right
        raise Conflict(error.message) from None
    return Done(f"{sum(units.values())} cancelled")


def _hold_address(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    hold = place_hold(tx, PlaceHold(_order(found), "address", found.summary), actor, now)
    return Done("it is held until the address is right", hold=hold)


def _recheck(tx: Tx, found: OrderException, _choice: Mapping[str, str], _actor: Actor, now: dt.datetime) -> Done:
    why = clearing.gone(tx.connection, now, [found.id]).get(found.id)
    if why is None:
        raise Conflict("It is still so.")
    return Done(why)


def _release(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    query = sa.select(FulfilmentOrder.id).where(FulfilmentOrder.order_id == _order(found), FulfilmentOrder.status == "allocated")
    works = tx.execute(query.order_by(FulfilmentOrder.id)).scalars().all()
    if not works:
        raise Conflict("Nothing of it waits to be released: look at the order for what it waits for.")
    for work_id in works:
        release_work(tx, ReleaseWork(work_id), actor, now)
    return Done(f"{len(works)} shipment{'' if len(works) == 1 else 's'} released")


def _customer_told(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    tell_customer(tx, TellCustomer(_order(found)), actor, now)
    return Done("the customer was told")


def _delivered(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    move_parcel(tx, MoveParcel(number_in(found.key), "delivered", now), actor, now)
    return Done("the parcel is delivered")


def _repair(tx: Tx, found: OrderException, _choice: Mapping[str, str], actor: Actor, now: dt.datetime) -> Done:
    places = standing(tx.connection, number_in(found.key))
    place = next((place for place in places if place.location_id == number_in(found.key, 2)), None)
    if place is None:
        raise Conflict("There is no such balance any more.")
    repair_stock(tx, RepairStock(place.sku, place.location, place.version, f"exception {found.id}"), actor, now)
    return Done(" ".join(place.sentences()))


def _job_of(found: OrderException) -> int:
    facts: dict[str, Any] = json.loads(found.facts)
    return int(facts.get("job") or number_in(found.key))


def _retry_job(tx: Tx, found: OrderException, _choice: Mapping[str, str], _actor: Actor, now: dt.datetime) -> Done:
    if not jobs.retry(tx, _job_of(found), now):
        raise Conflict("The job is no longer given up, or has gone.")
    return Done("it runs again")


def _run_now(tx: Tx, found: OrderException, _choice: Mapping[str, str], _actor: Actor, now: dt.datetime) -> Done:
    ready = sa.update(Job).where(Job.id == _job_of(found), Job.status == "ready").values(run_at=now)
    if not tx.execute(ready).rowcount:
        raise Conflict("Nothing waits for its turn here: it is running, or done, or no worker takes jobs.")
    return Done("it is its turn")


FIXES: dict[str, Doing] = {
    "allocate": _allocate,
    "map_sku": _map_sku,
    "keep_waiting": _keep_waiting,
    "cancel_order": _cancel_order,
    "cancel_waiting": _cancel_waiting,
    "hold_address": _hold_address,
    "recheck": _recheck,
    "release": _release,
    "delivered": _delivered,
    "customer_told": _customer_told,
    "repair": _repair,
    "retry_job": _retry_job,
    "run_now": _run_now,
}
