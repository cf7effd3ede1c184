"""Send what is queued: outside of any transaction, as often as it takes.

An attempt that dies between the mail server's yes and our note of it is made again, with the same Message-ID: a customer may get the
same mail twice, never another one, and never none.
"""

from typing import Any

from dashboard.kernel import clock, db, jobs, leases, outbox
from dashboard.kernel.actor import system
from dashboard.kernel.jobs import Leased
from dashboard.notifications import outgoing, rules, store, wording
from dashboard.notifications.actions import SEND, settle_message, write_message
from dashboard.notifications.commands import SettleMessage, WriteMessage
from dashboard.notifications.port import Mail, Undelivered

MAILER = system("mailer")


@jobs.task(SEND, pauses=rules.PAUSES)
def send(job: Leased) -> str:
    """One attempt at one message. Returns its status."""
    with db.db.engine.connect() as connection:
        row = store.one(connection, job.payload["message"])
        epoch = outbox.position(connection).epoch
    if row is None or row.status == "sent":
        return "sent" if row else "gone"
    try:
        _send(row, epoch)
    except Undelivered as error:
        dead = error.for_good or leases.is_last(job)
        settle(row.id, "dead" if dead else "failed", str(error))
        raise (jobs.Hopeless if dead else jobs.Failed)(str(error)) from None
    settle(row.id, "sent", "")
    return "sent"


def settle(message_id: int, status: str, error: str) -> None:
    db.write(settle_message, SettleMessage(message_id, status, error), MAILER, clock.now())


def _send(row: Any, epoch: str) -> None:
    """Raises: Undelivered."""
    door = outgoing.outgoing()
    if door is None:
        raise Undelivered("No mail server is set (ORDERDECK_SMTP_URL).")
    if not row.recipient:
        raise Undelivered("The customer was erased.", for_good=True)
    domain = door.sender.rpartition("@")[2].strip("> ")
    text = _text(row)
    door.send(Mail(f"<order-message-{row.id}-{epoch[:16]}@{domain}>", door.sender, row.recipient, text.subject, text.body))


def _text(row: Any) -> wording.Text:
    """As it was written for the first attempt."""
    if row.body:
        return wording.Text(row.subject, row.body)
    with db.db.engine.connect() as connection:
        text = wording.text_of(row, store.order_of(connection, row))
    db.write(write_message, WriteMessage(row.id, text.subject, text.body), MAILER, clock.now())
    return text
