"""Pages of fulfilment: the stations."""

from dashboard.fulfilment.views import live_parts, stations
from dashboard.fulfilment.views.blueprint import blueprint

__all__ = ["live_parts", "stations"]

blueprints = (blueprint,)
