"""What happened to promises."""

from dashboard.kernel.events import event


@event("order")
class PromiseChanged:
    """Dates promised to one order were made or moved.

    changes: [{sku, units, before, after, source}]: days as ISO 8601, None for no date; source: the number of a purchase order, or
    None. sku_ids: of those items. cause: one of rules.CAUSES; because: what happened, in words.
    """

    id: int
    version: int
    order_id: int
    number: str
    cause: str
    because: str
    changes: list
    sku_ids: list
