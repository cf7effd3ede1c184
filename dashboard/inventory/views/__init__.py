"""Pages of stock: the matrix, one SKU, adjustments, locations."""

from dashboard.inventory.views import (
    adjusting,
    bins,
    channel_rules,
    checking,
    levels,
    live_parts,
    matrix,
    places,
    putting,
    selling,
    show,
)
from dashboard.inventory.views.blueprint import blueprint

__all__ = ["adjusting", "checking", "levels", "live_parts", "matrix", "places", "putting", "selling", "show"]

blueprints = (blueprint, bins.blueprint, channel_rules.blueprint, places.blueprint)
