"""Pages of purchasing: purchase orders, receiving, reordering, suppliers."""

from dashboard.purchasing.views import index, orders, receiving, reorder, steps, suppliers
from dashboard.purchasing.views.blueprint import blueprint

__all__ = ["index", "orders", "receiving", "reorder", "steps", "suppliers"]

blueprints = (blueprint,)
