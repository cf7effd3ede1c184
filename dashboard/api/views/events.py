"""/api/v1/events: the log, for those who may read all of it, or a channel's share of it."""

import flask

from dashboard.api import asked, log, once, schemas
from dashboard.api.routes import route
from dashboard.kernel.errors import Forbidden
from dashboard.web import access

blueprint = flask.Blueprint("events_api", __name__, url_prefix="/api/v1")


@route(
    blueprint,
    "GET",
    "/events",
    "orders.read",
    "What happened, in commit order; a channel's token sees its own orders",
    answer=schemas.EventList,
    query={"after": "seq to go on after", "limit": "1 to 200"},
)
def index() -> flask.Response:
    actor = access.actor()
    if actor.channel is None and not actor.may("audit.read"):
        raise Forbidden("The whole log needs “audit.read”; a channel's token reads its own orders.", permission="audit.read")
    return once.show(log.page(asked.whole("after"), asked.limit(), actor, channel=actor.channel))
