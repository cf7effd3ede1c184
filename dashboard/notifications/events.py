"""What happened to messages. The address and the words stay in the ledger: the log keeps nobody's data."""

from dashboard.kernel.events import event


@event("message")
class MessageMoved:
    """A message was queued (before is None), sent, not taken, or given up. kind: one of rules.KINDS; attempts: so far.

    draft_id: of a quote, which has no order until it is placed.
    """

    id: int
    version: int
    order_id: int | None
    kind: str
    before: str | None
    after: str
    attempts: int
    error: str
    draft_id: int | None = None


@event("message")
class QuoteFollowed:
    """A quote that was sent became an order. sent_at: ISO 8601, None while it is not sent."""

    id: int
    version: int
    order_id: int
    draft_id: int
    status: str
    sent_at: str | None
