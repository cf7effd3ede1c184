"""/kpis: every KPI with its formula, numerator, denominator and window; /kpis/<name>: with the failing orders."""

from typing import Any

import flask

from dashboard.insights import board, failing, wording
from dashboard.insights.rules import KPIS
from dashboard.insights.scoping import choices, room_of, scope_of
from dashboard.insights.store import queues
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders.store import reader
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part
from dashboard.web.livepage import live_page

blueprint = flask.Blueprint("kpis", __name__, url_prefix="/kpis")
MOST_SKUS = 20


@blueprint.get("")
@requires("kpis.read")
def index() -> str:
    connection, now, actor = reader(), clock.now(), access.actor()
    within = scope_of(connection, actor, flask.request.args)
    live = live_page(room_of(within))
    return flask.render_template(
        "insights/kpis.html",
        live=live,
        tiles=board.tiles(connection, now, within),
        within=within,
        places=choices(connection, actor),
        as_of=now,
    )


@blueprint.get("/<name>")
@requires("kpis.read")
def show(name: str) -> str:
    if name not in KPIS:
        raise NotFound(f"There is no KPI {name[:40]}.", kpis=list(KPIS))
    connection, now, actor = reader(), clock.now(), access.actor()
    within = scope_of(connection, actor, flask.request.args)
    limit = paging.limit_of(flask.request.args.get("limit"))
    after = paging.decode(cursor, int, int) if (cursor := flask.request.args.get("after")) else None
    rows, total, following = failing.page(connection, name, now, within, after, limit)
    values: dict[str, Any] = {
        "kpi": KPIS[name],
        "tile": board.tile(connection, name, now, within),
        "within": within,
        "rows": rows,
        "total": total,
        "first": after is None,
        "more": _more(name, following),
        "skus": queues.lowest(connection, within, MOST_SKUS) if name == "stock_risk" else [],
        "places": choices(connection, actor),
        "links": actor.may("orders.read"),
        "as_of": now,
        "hour_step": wording.trend_step(KPIS[name]),
    }
    return page_or_part("insights/kpi.html", "insights/_failing.html", **values)


def _more(name: str, following: tuple[int, int] | None) -> str | None:
    if following is None:
        return None
    kept = {key: value for key, value in flask.request.args.items() if key in ("location", "limit")}
    return flask.url_for("kpis.show", name=name, **kept, after=paging.encode(*following))
