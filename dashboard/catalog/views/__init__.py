"""Pages of the catalogue."""

from dashboard.catalog.views.skus import blueprint

blueprints = (blueprint,)
