"""Pages of bulk actions: the question before one starts, its progress and results, the list of them, and the chip on every page."""

from dashboard.bulk.views import chip, choose, live_parts, matching, printing, results, show, steps
from dashboard.bulk.views.blueprint import blueprint
from dashboard.web import livepage

__all__ = ["chip", "choose", "live_parts", "matching", "printing", "results", "show", "steps"]

blueprints = (blueprint,)
livepage.on_every_page("bulk")
