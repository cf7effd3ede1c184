"""Pages of purchasing: purchase orders, receiving, reordering, suppliers."""

from dashboard.purchasing.views import index, live_parts, orders, receiving, reorder, steps, suppliers
from dashboard.purchasing.views.blueprint import blueprint

__all__ = ["index", "live_parts", "orders", "receiving", "reorder", "steps", "suppliers"]

blueprints = (blueprint,)
