"""/exports/stock.csv and /exports/catalogue.csv: streamed while they are read."""

import flask

from dashboard.channels.tables.exporting import CSV
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.web import access
from dashboard.web.access import requires

blueprint = flask.Blueprint("exports", __name__, url_prefix="/exports")

ALSO = {"stock": "stock.read", "catalogue": "catalog.read"}


@blueprint.get("/<kind>.csv")
@requires("exports.read")
def show(kind: str) -> flask.Response:
    """Raises: NotFound."""
    if kind not in CSV:
        raise NotFound("There is no such export.")
    access.demand(ALSO[kind])
    answer = flask.Response(CSV[kind](), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{clock.now():%Y-%m-%d}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
