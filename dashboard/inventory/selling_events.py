"""What happened to the rules of selling."""

from dashboard.kernel.events import event


@event("channel_rule")
class ChannelRuleSet:
    """locations: codes, empty for all; buffers: units by SKU code."""

    id: int
    version: int
    channel: str
    locations: list
    buffer: int
    buffers: dict


@event("sku_backorder")
class SellingSet:
    """id: of the SKU. before, after: policy, cap, and buffer per channel."""

    id: int
    version: int
    sku: str
    before: dict
    after: dict


@event("sku_backorder")
class PreorderSet:
    """id: of the SKU. before, after: available_from (ISO 8601 day, None when it is on no preorder) and cap."""

    id: int
    version: int
    sku: str
    before: dict
    after: dict


@event("filling_rule")
class FillingSet:
    """before, after: one of filling.TURNS."""

    id: int
    version: int
    before: str
    after: str
