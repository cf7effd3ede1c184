"""/wall: the KPI display. A paired display, or somebody who may see the wall; everybody else gets a code to pair by."""

from typing import Any

import flask

from dashboard.accounts import kiosk
from dashboard.insights import board
from dashboard.insights.rules import KPIS
from dashboard.insights.scoping import room_of, scope_of
from dashboard.kernel import clock
from dashboard.orders.store import reader
from dashboard.wallboard.rules import density_of, keys_of
from dashboard.web import access
from dashboard.web.access import PUBLIC, requires
from dashboard.web.livepage import live_page

blueprint = flask.Blueprint("wall", __name__, url_prefix="/wall")
blueprints = (blueprint,)
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


@blueprint.get("")
@requires(PUBLIC)
def show() -> Any:
    """The door of accounts.kiosk decides who gets in: it needs `wall.read`, or pairs the display."""
    if (closed := kiosk.door()) is not None:
        return closed
    connection, now = reader(), clock.now()
    within = scope_of(connection, access.actor(), flask.request.args)
    density = density_of(flask.request.args.get("d"))
    live = live_page(room_of(within))
    page = flask.render_template(
        "wallboard/wall.html",
        live=live,
        density=density,
        within=within,
        tiles=board.tiles(connection, now, within, keys_of(density, flask.request.args.get("k"), KPIS)),
        ready=board.ready_now(connection, within),
        zone=str(within.zone),
        clock_text=f"{now.astimezone(within.zone):%H:%M:%S}",
    )
    response = flask.make_response(page)
    response.headers.update(HEADERS)
    return response
