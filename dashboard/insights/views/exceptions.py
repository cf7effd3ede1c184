"""/exceptions: what no machine could do, oldest first, and the word that it is dealt with."""

from typing import Any

import flask

from dashboard.insights.store import details
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders.commands import ResolveException
from dashboard.orders.exceptions import resolve_exception
from dashboard.orders.store import reader
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part, redirect, wants_part

blueprint = flask.Blueprint("exceptions", __name__, url_prefix="/exceptions")


@blueprint.get("")
@requires("orders.read")
def index() -> str:
    limit = paging.limit_of(flask.request.args.get("limit"))
    after = paging.decode(cursor, int, int) if (cursor := flask.request.args.get("after")) else None
    rows = details.open_exceptions(reader(), after, limit + 1)
    more = None
    if len(rows) > limit:
        rows = rows[:limit]
        more = flask.url_for("exceptions.index", after=paging.encode(clock.micros(rows[-1].opened_at), rows[-1].id))
    values = {
        "rows": rows,
        "more": more,
        "first": after is None,
        "may_resolve": access.actor().may("orders.update"),
        "new_key": once.fresh_key,
    }
    return page_or_part("insights/exceptions.html", "insights/_exceptions.html", **values)


@blueprint.post("/<int:exception_id>/resolution")
@requires("orders.update")
def resolve(exception_id: int) -> Any:
    if exception_id >= 2**63:
        raise NotFound("This exception does not exist.")
    note = flask.request.form.get("note", "").strip()[:300]
    once.run(resolve_exception, ResolveException(exception_id, note), lambda _: {"id": exception_id})
    if wants_part():
        return flask.render_template("insights/_resolved.html", id=exception_id)
    flask.flash("The exception is resolved.", "ok")
    return redirect(flask.url_for("exceptions.index"))
