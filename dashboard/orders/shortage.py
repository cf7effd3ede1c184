"""Units an order leaves waiting are counted per SKU, and refused where a SKU lets no more of them wait."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dashboard.inventory import allowance
from dashboard.inventory.allowance import Refused
from dashboard.kernel.errors import InsufficientStock
from dashboard.kernel.tx import Tx


def count_waiting(tx: Tx, lines: Sequence[Any], today: dt.date, *, sold: bool) -> frozenset[int]:
    """Args: lines: capture.Line. sold: a channel has sold them already, so that nothing is refused.

    Returns: ids of the SKUs that are on preorder: what waits of them was sold before they could be had.
    Raises: InsufficientStock (facts: short, with `backorder`, the units that might wait), for the order as a whole.
    """
    waiting: dict[int, int] = {}
    for line in lines:
        if line.backordered and line.sku is not None:
            waiting[line.sku.id] = waiting.get(line.sku.id, 0) + line.backordered
    if not waiting:
        return frozenset()
    counted = allowance.wait(tx, waiting, today, forced=sold)
    if counted.refused:
        raise _too_many(lines, {found.sku_id: found for found in counted.refused})
    return counted.preorders


def _too_many(lines: Sequence[Any], refused: dict[int, Refused]) -> InsufficientStock:
    short: dict[int, dict[str, Any]] = {}
    for line in lines:
        if line.sku is not None and line.sku.id in refused:
            fact = short.setdefault(
                line.sku.id, {"sku": line.sku.code, "wanted": 0, "available": 0, "backorder": refused[line.sku.id].left}
            )
            fact["wanted"] += line.draft.quantity
            fact["available"] += line.allocated
    said = "; ".join(
        f"{fact['sku']}: {fact['wanted']} wanted, {fact['available']} available, "
        + (f"{fact['backorder']} more can be backordered" if refused[sku].allowed else "not to be backordered")
        for sku, fact in short.items()
    )
    return InsufficientStock(f"Not enough stock. {said}. Order fewer.", short=list(short.values()))
