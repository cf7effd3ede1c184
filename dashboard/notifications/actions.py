"""Queue a message with its cause, and write down how an attempt to send it ended."""

import datetime as dt
import json

import sqlalchemy as sa

from dashboard.kernel import jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.notifications import rules
from dashboard.notifications.commands import QueueMessage, SettleMessage, WriteMessage
from dashboard.notifications.events import MessageMoved
from dashboard.notifications.model import OrderMessage
from dashboard.orders import derive

SEND = "notifications.send"


def queue_message(tx: Tx, command: QueueMessage, actor: Actor, now: dt.datetime) -> int | None:
    """Keep the message and the wish to send it. Returns its id, None when its cause has one already."""
    if command.order_id is not None:
        derive.check_version(tx, command.order_id, None)
    own = {"facts": json.dumps(dict(command.facts)), "subject": "", "body": "", "status": "queued", "attempts": 0, "error": ""}
    values = {**command.__dict__, **own, "queued_at": now, "version": 1}
    table = OrderMessage.__table__
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    fresh = dialect.insert(table).values(values).on_conflict_do_nothing(index_elements=["cause"]).returning(table.c.id)
    message_id = tx.execute(fresh).scalar()
    if message_id is None:
        return None
    title = f"E-mail: {rules.KINDS[command.kind].lower()}"
    jobs.enqueue(tx, SEND, {"message": message_id}, now, key=f"message:{message_id}", title=title, actor=actor.ref)
    if command.order_id is not None:
        derive.rederive(tx, command.order_id, actor, now)
    tx.record(MessageMoved(message_id, 1, command.order_id, command.kind, None, "queued", 0, "", command.draft_id), actor, now)
    return message_id


def write_message(tx: Tx, command: WriteMessage, actor: Actor, now: dt.datetime) -> None:
    """Keep the text that is sent; of a customer who was erased meanwhile, nothing."""
    here = sa.and_(OrderMessage.id == command.id, OrderMessage.body == "", OrderMessage.recipient != "")
    tx.execute(sa.update(OrderMessage).where(here).values(subject=command.subject, body=command.body))


def settle_message(tx: Tx, command: SettleMessage, actor: Actor, now: dt.datetime) -> bool:
    """Returns False, with nothing changed, for a message that is sent already."""
    row = tx.orm.get(OrderMessage, command.id, with_for_update=True)
    assert row is not None
    if row.status == "sent":
        return False
    if row.order_id is not None:
        derive.check_version(tx, row.order_id, None)
    before = row.status
    if before != command.status:
        rules.MESSAGE.check(before, command.status)
    row.status, row.error = command.status, command.error[:300]
    row.attempts += 1
    row.version += 1
    row.sent_at = now if command.status == "sent" else None
    tx.flush()
    if before != command.status:
        if row.order_id is not None:
            derive.rederive(tx, row.order_id, actor, now)
        kept = (row.order_id, row.kind, before, command.status, row.attempts, row.error, row.draft_id)
        tx.record(MessageMoved(row.id, row.version, *kept), actor, now)
    return True
