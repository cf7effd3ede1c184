"""What happened to timed stock holds."""

from dashboard.kernel.events import event


@event("stock_hold")
class StockHeld:
    """lines: [[SKU, location, units]]."""

    id: int
    version: int
    channel: str
    lines: list
    expires_at: str


@event("stock_hold")
class StockHoldExtended:
    id: int
    version: int
    channel: str
    expires_at: str


@event("stock_hold")
class StockHoldEnded:
    """state: used, released or expired. lines: [[SKU, location, units]] that were held until now."""

    id: int
    version: int
    channel: str
    state: str
    lines: list
    order_id: int | None = None
