"""Pages of orders."""

from dashboard.orders.views import (
    cancellation,
    columns,
    early,
    exports,
    filters,
    holds,
    labels,
    list,
    live_parts,
    new,
    notes,
    palette,
    payments,
    saved,
    show,
    together,
    work,
)
from dashboard.orders.views.blueprint import blueprint

__all__ = [
    "cancellation",
    "columns",
    "early",
    "exports",
    "filters",
    "holds",
    "labels",
    "list",
    "live_parts",
    "new",
    "notes",
    "payments",
    "saved",
    "show",
    "together",
    "work",
]

blueprints = (blueprint, work.steps, palette.blueprint)
