"""Pages of stock: the matrix, one SKU, adjustments, locations."""

from dashboard.inventory.views import (
    adjusting,
    bin_parts,
    bins,
    channel_rules,
    checking,
    choosing,
    levels,
    live_parts,
    matrix,
    places,
    preorder,
    putting,
    selling,
    show,
    tracked,
)
from dashboard.inventory.views.blueprint import blueprint

__all__ = [
    "adjusting", "bin_parts", "checking", "choosing", "levels", "live_parts", "matrix", "places", "preorder", "putting", "selling", "show",
]  # fmt: skip

blueprints = (blueprint, bins.blueprint, channel_rules.blueprint, places.blueprint, tracked.lots, tracked.serials)
