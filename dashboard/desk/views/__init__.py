"""Pages of the desk: the exceptions queue, one exception, today."""

from dashboard.accounts import nav
from dashboard.desk import store
from dashboard.desk.views import acting, bulk, listing, live_parts, today, undoing
from dashboard.desk.views.blueprint import blueprint
from dashboard.orders.store import reader
from dashboard.web import livepage

__all__ = ["acting", "bulk", "listing", "live_parts", "undoing"]

blueprints = (blueprint, today.blueprint)
nav.count_at("/exceptions", lambda: store.open_count(reader()))
livepage.on_every_page("desk")
