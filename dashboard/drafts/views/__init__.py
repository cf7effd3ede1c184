"""Pages of drafts and quotes."""

from dashboard.drafts.views import drafts
from dashboard.drafts.views.drafts import blueprint

__all__ = ["drafts"]

blueprints = (blueprint,)
