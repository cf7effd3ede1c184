"""The routes of the API."""

from dashboard.api.views import (
    bins,
    channel_rules,
    counts,
    document,
    events,
    order_parts,
    orders,
    payments,
    purchasing,
    skus,
    stock,
    stock_holds,
    suppliers,
    transfers,
    work,
)

blueprints = tuple(
    module.blueprint
    for module in (
        orders, order_parts, payments, work, skus, stock, stock_holds, bins, channel_rules, transfers, purchasing, suppliers, counts,
        events, document,
    )
)  # fmt: skip
