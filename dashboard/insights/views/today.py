"""/: today at a glance: what waits at each stage, what is at risk, exceptions, stock, and the KPIs."""

import flask

from dashboard.insights import board
from dashboard.insights.rules import KPIS
from dashboard.insights.scoping import choices, room_of, scope_of
from dashboard.kernel import clock
from dashboard.orders.store import counts, reader
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.livepage import live_page

blueprint = flask.Blueprint("today", __name__)
STAGES = (
    ("to_release", "To release", "ring", "info"),
    ("picking", "Picking", "half", "info"),
    ("to_pack", "To pack", "square", "info"),
    ("packed", "Packed", "box", "info"),
    ("on_hold", "On hold", "pause", "hold"),
    ("payment_due", "Payment due", "triangle", "warn"),
    ("out_of_stock", "Out of stock", "triangle", "warn"),
)
"""Views of the order list that still need work: key, label, shape, role."""
NOW = ("at_risk", "backlog", "exceptions", "stock_risk")


@blueprint.get("/")
@requires("self")
def index() -> str:
    actor = access.actor()
    if not actor.may("kpis.read"):
        return flask.render_template("insights/today.html", tiles={}, stages=[], places=[], within=None, now_keys=())
    connection, now = reader(), clock.now()
    within = scope_of(connection, actor, flask.request.args)
    live = live_page(room_of(within))
    counted = counts(connection, now)
    return flask.render_template(
        "insights/today.html",
        live=live,
        tiles={tile.key: tile for tile in board.tiles(connection, now, within, (*NOW, *(key for key in KPIS if key not in NOW)))},
        stages=[(*stage, counted.get(stage[0], 0)) for stage in STAGES] if actor.may("orders.read") else [],
        places=choices(connection, actor),
        within=within,
        now_keys=NOW,
    )
