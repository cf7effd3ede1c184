"""What happened to an order's labels, and to a hold that somebody wants back."""

from dashboard.kernel.events import event


@event("order")
class OrderTagged:
    """present: given, or taken away."""

    id: int
    version: int
    order_id: int
    tag: str
    present: bool


@event("order")
class OrderAssigned:
    """assignee_id, assignee: who has it now (None and empty for everybody); before_id: who had it."""

    id: int
    version: int
    order_id: int
    assignee_id: int | None
    assignee: str
    before_id: int | None


@event("order")
class HoldReopened:
    """A hold that was released stands again as it was."""

    id: int
    version: int
    order_id: int
    hold_id: int
    kind: str
