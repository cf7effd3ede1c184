"""/api/v1/events: what happened, all of it or a channel's share; /api/v1/audit: who did it, and how far the log is sealed."""

import flask

from dashboard.accounts.roles import limits_of
from dashboard.api import asked, audit, log, once, schemas
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
    if actor.channel is None and not (actor.may("audit.read") and limits_of(actor).audit == "all"):
        raise Forbidden("The whole log is for roles that may read everybody's; a channel reads its own orders.", permission="audit.read")
    return once.show(log.page(asked.whole("after"), asked.limit(), actor, channel=actor.channel))


@route(
    blueprint,
    "GET",
    "/audit",
    "audit.read",
    "Who changed what, oldest first; support sees what it did itself",
    answer=schemas.AuditList,
    query={"after": "seq to go on after", "limit": "1 to 200"},
)
def index_audit() -> flask.Response:
    actor = access.actor()
    own = actor.channel is not None or limits_of(actor).audit != "all"
    return once.show(audit.page(asked.whole("after"), asked.limit(), actor, own=own))
