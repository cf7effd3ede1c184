"""Pages of stock: the matrix, one SKU, adjustments, locations."""

from dashboard.inventory.views import adjusting, channel_rules, checking, levels, live_parts, matrix, places, selling, show
from dashboard.inventory.views.blueprint import blueprint

__all__ = ["adjusting", "checking", "levels", "live_parts", "matrix", "places", "selling", "show"]

blueprints = (blueprint, channel_rules.blueprint, places.blueprint)
