"""What the API answers about timed stock holds and the rules of channels."""

from dashboard.api.schemas import Answer, Id, Time


class HeldLine(Answer):
    sku: str
    location: str
    units: int


class StockHold(Answer):
    """state: held, used, released or expired. lines: what it keeps, or kept; a kit as its parts. order_id: the order that used it."""

    token: str
    channel: str
    state: str
    created_at: Time
    expires_at: Time
    ended_at: Time | None
    order_id: Id | None
    version: int
    lines: list[HeldLine]


class ChannelRule(Answer):
    """locations: codes, empty for all. buffer: units of every SKU left to the others; buffers: of single SKUs in its place."""

    channel: str
    locations: list[str]
    buffer: int
    buffers: dict[str, int]
    version: int
