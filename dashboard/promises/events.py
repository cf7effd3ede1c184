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


@event("order")
class CustomerTold:
    """The customer was told when the last of the order leaves. on: ISO 8601 day, None for no date yet."""

    id: int
    version: int
    order_id: int
    number: str
    on: str | None


@event("order")
class DueMoved:
    """An order is due at another moment, for a reason other than a promise of another day. ship_by: ISO 8601, None for none."""

    id: int
    version: int
    order_id: int
    number: str
    ship_by: str | None
