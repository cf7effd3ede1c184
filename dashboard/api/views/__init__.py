"""The routes of the API."""

from dashboard.api.views import (
    bins,
    bulk,
    channel_rules,
    counts,
    customers,
    document,
    draft_messages,
    drafts,
    editing,
    events,
    exceptions,
    labels,
    messages,
    order_parts,
    orders,
    payments,
    preorders,
    promises,
    purchasing,
    returns,
    skus,
    stock,
    stock_holds,
    suppliers,
    tracked,
    transfers,
    work,
)

blueprints = tuple(
    module.blueprint
    for module in (
        orders, order_parts, labels, bulk, editing, messages, drafts, draft_messages, payments, work, returns, skus, preorders, promises,
        stock, stock_holds, tracked, bins, channel_rules, transfers, purchasing, suppliers, counts, customers,
        exceptions, events, document,
    )
)  # fmt: skip
