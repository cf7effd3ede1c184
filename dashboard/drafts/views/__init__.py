"""Pages of drafts and quotes."""

from dashboard.drafts.views import drafts, live_parts, sending
from dashboard.drafts.views.drafts import blueprint

__all__ = ["drafts", "live_parts", "sending"]

blueprints = (blueprint,)
