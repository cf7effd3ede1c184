"""/t/<token>: the customer's page. Whoever holds the link sees it; nothing on it can be changed by looking."""

import flask

from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.ids import token_hash
from dashboard.orders.store import reader
from dashboard.tracking import page, rules, store, wording
from dashboard.web import livepage
from dashboard.web.access import PUBLIC, requires
from dashboard.web.limits import limiter

blueprint = flask.Blueprint("tracking", __name__, url_prefix="/t")
blueprints = (blueprint,)
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@blueprint.get("/<token>")
@requires(PUBLIC)
@limiter.limit("120 per minute")
@limiter.limit("20 per minute", deduct_when=lambda response: response.status_code == 404)
def show(token: str) -> flask.Response:
    """The page of the order this link belongs to; the same 404 for a link that never was and one that has ended."""
    connection, now = reader(), clock.now()
    order = store.by_hash(connection, token_hash(token))
    if order is None or not rules.is_open(now, order.tracking_expires_at, order.delivered_at, order.cancelled_at):
        return _answer(flask.render_template("tracking/not_found.html"), 404)
    live = livepage.live_page(f"t:{order.id}", actor=Actor("customer", str(order.id), "customer"))
    locale = wording.locale_of(list(flask.request.accept_languages.values()))
    return _answer(flask.render_template("tracking/show.html", live=live, page=page.build(connection, order, now, locale)))


def _answer(body: str, status: int = 200) -> flask.Response:
    response = flask.make_response(body, status)
    response.headers.update(HEADERS)
    response.vary.add("Accept-Language")
    return response


@livepage.provider("t")
def changed_tracking(changes: livepage.Changes, actor: Actor) -> livepage.Payload:
    """The page's live part, once per way of writing dates."""
    connection, now = reader(), clock.now()
    order = store.by_id(connection, int(changes.room.key))
    if order is None or not rules.is_open(now, order.tracking_expires_at, order.delivered_at, order.cancelled_at):
        return livepage.Payload()
    built = [page.build(connection, order, now, locale) for locale in wording.LOCALES]
    version = livepage.clock_version()
    return livepage.Payload(
        rows=[livepage.Row(one.part, version, flask.render_template("tracking/_tracking.html", page=one)) for one in built]
    )


@livepage.resolver("customer")
def customer(order_id: str) -> livepage.Standing | None:
    """The holder of a tracking link, as long as it opens. The stamp changes when the shop gives out another link."""
    order = store.by_id(reader(), int(order_id))
    if order is None or not rules.is_open(clock.now(), order.tracking_expires_at, order.delivered_at, order.cancelled_at):
        return None
    return livepage.Standing(Actor("customer", order_id, "customer"), (order.tracking_hash or "")[:12])
