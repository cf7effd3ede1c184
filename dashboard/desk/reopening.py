"""Take back that an exception is resolved: it is open again as it was; what was done to the order meanwhile is not touched."""

import datetime as dt

import sqlalchemy as sa

from dashboard.desk.actions import Changed
from dashboard.desk.commands import ReopenException
from dashboard.desk.events import ExceptionReopened
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders.exceptions import keep_step
from dashboard.orders.model import OrderException


def reopen_exception(tx: Tx, command: ReopenException, actor: Actor, now: dt.datetime) -> Changed:
    """Open it again; it goes on sleeping if it slept, and that moment is still to come.

    Raises: NotFound; Conflict, when it is open, closed itself because its cause is gone, or was changed since it was resolved.
    """
    query = sa.select(OrderException).where(OrderException.id == command.id).with_for_update()
    found = tx.orm.scalar(query.execution_options(populate_existing=True)) if command.id < 2**63 else None
    if found is None:
        raise NotFound("This exception does not exist.")
    if found.resolved_at is None:
        raise Conflict("This exception is open already.", version=found.version)
    if found.cleared:
        raise Conflict(f"It closed itself, because its cause is gone: {found.resolution}.", version=found.version)
    if command.version is not None and command.version != found.version:
        raise Conflict("Somebody has changed this exception meanwhile. Look at it again.", version=found.version, seen=command.version)
    found.resolved_at = found.resolved_by = found.resolution = None
    found.snoozed_until = command.until if command.until is not None and command.until > now else None
    found.version += 1
    tx.flush()
    keep_step(tx, found.id, "taken_back", "", actor, now)
    until = clock.iso(found.snoozed_until)
    tx.record(ExceptionReopened(found.id, found.version, found.order_id, found.kind, until, found.assignee_id), actor, now)
    return Changed(found.version, changed=True)
