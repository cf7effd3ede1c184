"""Pages of transfers: the list, a draft's form, one transfer, its steps."""

from dashboard.transfers.views import editing, index, live_parts, show, steps
from dashboard.transfers.views.blueprint import blueprint

__all__ = ["editing", "index", "live_parts", "show", "steps"]

blueprints = (blueprint,)
