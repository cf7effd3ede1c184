"""Pages of orders."""

from dashboard.orders.views import bulk, cancellation, holds, list, live_parts, new, notes, payments, show, work
from dashboard.orders.views.blueprint import blueprint

__all__ = ["bulk", "cancellation", "holds", "list", "live_parts", "new", "notes", "payments", "show", "work"]

blueprints = (blueprint, work.steps)
