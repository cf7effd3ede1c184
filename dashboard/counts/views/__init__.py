"""Pages of counts: the list, one count for its counters, one for its approvers."""

from dashboard.counts.views import deciding, desk, listing, live_parts, settings
from dashboard.counts.views.blueprint import blueprint

__all__ = ["deciding", "desk", "listing", "live_parts", "settings"]

blueprints = (blueprint,)
