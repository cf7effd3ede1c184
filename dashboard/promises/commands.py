"""What can be asked of promises."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TellCustomer:
    """The customer was told what the order promises now. version: of the order as the person saw it."""

    order_id: int
    version: int | None = None


@dataclass(frozen=True)
class Recompute:
    """Promise afresh to everybody who waits for these SKUs, and to these orders. cause, because: as in events.PromiseChanged.

    preorders: SKU codes of which the orders' units were sold on preorder. whole: look at every line that waits for the SKUs, not only
    at those that are served otherwise than before.
    """

    sku_ids: tuple[int, ...] = ()
    order_ids: tuple[int, ...] = ()
    cause: str = "order"
    because: str = ""
    preorders: tuple[str, ...] = ()
    whole: bool = False
