"""Pages and API of the KPIs, the page of today."""

from dashboard.insights.views import api, kpis, live_parts, today

blueprints = (kpis.blueprint, api.blueprint, today.blueprint)

__all__ = ["blueprints", "live_parts"]
