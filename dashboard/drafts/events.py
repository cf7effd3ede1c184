"""What happened to drafts."""

from dashboard.kernel.events import event


@event("draft")
class DraftMoved:
    """A draft was saved (before is None for a new one), placed (after: open) or discarded. kind: draft or quote."""

    id: int
    version: int
    kind: str
    before: str | None
    after: str
    lines: int
    order_id: int | None = None
    number: str | None = None
