"""Send a quote, and let its messages follow it into the order it becomes."""

import datetime as dt

import sqlalchemy as sa

from dashboard.drafts import rules as drafts
from dashboard.drafts.actions import open_draft
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.notifications import rules
from dashboard.notifications.actions import queue_message
from dashboard.notifications.commands import QueueMessage, SendQuote
from dashboard.notifications.events import QuoteFollowed
from dashboard.notifications.model import OrderMessage
from dashboard.orders import derive


def send_quote(tx: Tx, command: SendQuote, actor: Actor, now: dt.datetime) -> int:
    """Queue the quote's text for its customer. Returns the message's id.

    Raises: NotFound; Invalid, for a draft that is no quote or an address that cannot be written to; Conflict, when the quote was
    changed, placed or discarded meanwhile, has ended, or was sent since the person looked (facts: sent).
    """
    row = open_draft(tx, command.draft_id, command.version)
    if row.kind != "quote":
        raise Invalid("Only a quote can be sent: save it as a quote, with the day it holds until.", fields={"kind": "a quote"})
    if drafts.has_ended(row.kind, row.valid_until, now.date()):
        raise Conflict(f"This quote held until {row.valid_until}. Save it with a later day first.", valid_until=str(row.valid_until))
    if not rules.can_be_written_to(command.recipient):
        raise Invalid(
            "The quote has no e-mail address that can be written to.", fields={"customer_email": "an address that can be written to"}
        )
    sent = _sent_before(tx, command.draft_id)
    if command.seen is not None and len(sent) != command.seen:
        raise Conflict(f"{sent[-1]} has sent this quote already. Look at it again before you send it once more.", sent=len(sent))
    cause = f"quote:{row.id}:{len(sent) + 1}"
    message = QueueMessage(row.order_id, "quote", cause, command.recipient, command.facts, actor.name, row.id)
    message_id = queue_message(tx, message, actor, now)
    assert message_id is not None, "the draft is locked"
    return message_id


def _sent_before(tx: Tx, draft_id: int) -> list[str]:
    """Who sent this quote, oldest first."""
    query = sa.select(OrderMessage.by_name).where(OrderMessage.draft_id == draft_id).order_by(OrderMessage.id)
    return list(tx.execute(query).scalars())


def follow_quote(tx: Tx, draft_id: int, order_id: int, actor: Actor, now: dt.datetime) -> None:
    """Show the quote's messages with the order it became; once, however often it is asked."""
    table = OrderMessage.__table__.c
    waiting = sa.and_(table.draft_id == draft_id, table.order_id.is_(None))
    moved = sa.update(OrderMessage).where(waiting).values(order_id=order_id, version=table.version + 1)
    rows = tx.execute(moved.returning(table.id, table.version, table.status, table.sent_at)).all()
    if not rows:
        return
    derive.check_version(tx, order_id, None)
    derive.rederive(tx, order_id, actor, now)
    for row in sorted(rows):
        sent_at = clock.iso(row.sent_at) if row.sent_at else None
        tx.record(QuoteFollowed(row.id, row.version, order_id, draft_id, row.status, sent_at), actor, now)
