"""/api/v1/openapi.json: the API's own description."""

import flask

from dashboard.api import once, openapi
from dashboard.web.access import PUBLIC, requires

blueprint = flask.Blueprint("openapi", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@requires(PUBLIC)
def show() -> flask.Response:
    return once.show(openapi.document())
