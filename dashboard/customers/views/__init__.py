"""Pages of customers: the list, one person, what is done to them."""

from dashboard.customers.views import index, joining, live_parts, privacy, show, steps
from dashboard.customers.views.blueprint import blueprint

__all__ = ["index", "joining", "live_parts", "privacy", "show", "steps"]

blueprints = (blueprint,)
