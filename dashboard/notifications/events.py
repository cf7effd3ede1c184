"""What happened to messages. The address and the words stay in the ledger: the log keeps nobody's data."""

from dashboard.kernel.events import event


@event("message")
class MessageMoved:
    """A message was queued (before is None), sent, not taken, or given up. kind: one of rules.KINDS; attempts: so far."""

    id: int
    version: int
    order_id: int
    kind: str
    before: str | None
    after: str
    attempts: int
    error: str
