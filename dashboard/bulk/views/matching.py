"""How many orders a list means, beside the box that selects all of them: asked once somebody selects a row of a narrowed list."""

from urllib.parse import urlencode

import flask

from dashboard.bulk import selecting
from dashboard.bulk.views.blueprint import blueprint
from dashboard.kernel import clock
from dashboard.kernel.errors import Invalid
from dashboard.orders.store import reader
from dashboard.web import access
from dashboard.web.access import requires


@blueprint.get("/matching")
@requires("orders.read")
def matching() -> str:
    """The exact number: of what a bulk action of this list would be about now. The arguments are those of the list."""
    query = urlencode(list(flask.request.args.items()))
    try:
        count, trouble = selecting.count_of_list(reader(), query, access.actor(), clock.now()), ""
    except Invalid as error:
        count, trouble = None, error.message
    return flask.render_template("bulk/_matching.html", query=query, count=count, trouble=trouble)
