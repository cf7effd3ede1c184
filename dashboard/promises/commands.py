"""What can be asked of promises."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recompute:
    """Promise afresh to everybody who waits for these SKUs, and to these orders. cause, because: as in events.PromiseChanged.

    preorders: SKU codes of which the orders' units were sold on preorder.
    """

    sku_ids: tuple[int, ...] = ()
    order_ids: tuple[int, ...] = ()
    cause: str = "order"
    because: str = ""
    preorders: tuple[str, ...] = ()
