"""Pages and API of the KPIs, the page of today, the exceptions queue."""

from dashboard.insights.views import api, exceptions, kpis, live_parts, today

blueprints = (kpis.blueprint, api.blueprint, today.blueprint, exceptions.blueprint)

__all__ = ["blueprints", "live_parts"]
