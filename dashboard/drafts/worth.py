"""What a draft would cost by what is typed so far."""

from dashboard.catalog import store as catalog
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid
from dashboard.orders.commands import CaptureOrder
from dashboard.orders.draft import LINE, OrderDraft, TypedLine


def total_of(sent: OrderDraft) -> int | None:
    """Minor units; None while something of it is missing. What was typed is not touched."""
    lines = [TypedLine(line.index, *(getattr(line, name) for name in LINE)) for line in sent.lines]
    try:
        return _worth(OrderDraft(dict(sent.values), lines).command())
    except Invalid:
        return None


def _worth(command: CaptureOrder) -> int | None:
    skus = catalog.by_words({line.sku for line in command.lines})
    total = command.shipping
    for line in command.lines:
        price = line.unit_price_e4
        if price is None:
            sku = skus.get(line.sku)
            if sku is None or sku.currency != command.currency:
                return None
            price = sku.unit_price_e4
        total += units.extended(line.quantity, price, command.currency) + line.tax - line.discount
    return total
