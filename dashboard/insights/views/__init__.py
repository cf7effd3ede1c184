"""Pages and API of the KPIs."""

from dashboard.insights.views import api, kpis, live_parts

blueprints = (kpis.blueprint, api.blueprint)

__all__ = ["blueprints", "live_parts"]
