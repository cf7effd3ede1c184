"""What happened to returns."""

from dashboard.kernel.events import event


@event("return")
class ReturnMoved:
    """before is None for a new one. items: [[SKU code, units, disposition]]."""

    id: int
    version: int
    order_id: int | None
    number: str
    before: str | None
    after: str
    reason: str
    items: list
