"""/pick and /pack: the work of each location in the order it came in, with its next step."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.accounts.roles import reaches_location
from dashboard.fulfilment import rules, store
from dashboard.fulfilment.views.blueprint import blueprint
from dashboard.kernel.actor import Actor
from dashboard.orders import store as orders
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page

PICK = SimpleNamespace(
    title="Pick",
    endpoint="work.pick_list",
    tabs=(("allocated", "To release"), ("released", "To pick"), ("picking", "Picking")),
    done="All picked",
)
PACK = SimpleNamespace(
    title="Pack",
    endpoint="work.pack_list",
    tabs=(("picked", "To pack"), ("packing", "Packing"), ("packed", "To ship")),
    done="All packed",
)
LIMIT = 30


@blueprint.get("/pick")
@requires("work.read")
def pick_list() -> str:
    return _station(PICK)


@blueprint.get("/pack")
@requires("work.read")
def pack_list() -> str:
    return _station(PACK)


def _station(station: SimpleNamespace) -> str:
    live = live_page("work")
    connection, actor = orders.reader(), access.actor()
    places = [place for place in orders.locations(connection) if reaches_location(actor, place.code)]
    chosen = next((place for place in places if place.code == flask.request.args.get("location")), None)
    here = [chosen] if chosen else places
    statuses = [status for status, _ in station.tabs]
    counts = store.counts(connection, statuses)
    totals = {status: sum(counts.get((place.id, status), 0) for place in here) for status in statuses}
    status = flask.request.args.get("status")
    if status not in statuses:
        status = next((name for name in reversed(statuses) if totals[name]), statuses[0])
    after = paging.decode(cursor, int)[0] if (cursor := flask.request.args.get("after")) else 0
    works = store.queue(connection, [status], [place.id for place in here], LIMIT + 1, after)
    more = _link(station, status, chosen, paging.encode(works[LIMIT - 1].id)) if len(works) > LIMIT else None
    return flask.render_template(
        "fulfilment/_queue.html" if wants_part() else "fulfilment/station.html",
        live=live,
        station=station,
        location_options=[("", "All my locations"), *((place.code, place.name) for place in places)],
        chosen=chosen.code if chosen else "",
        status=status,
        tabs=[
            SimpleNamespace(key=name, label=label, href=_link(station, name, chosen), count=totals[name])
            for name, label in station.tabs
        ],
        works=works[:LIMIT],
        more=more,
        here=flask.request.full_path.rstrip("?"),
        **form_values(actor),
    )


def form_values(actor: Actor) -> dict[str, Any]:
    """What the forms of a fulfilment order need."""
    return {
        "steps": rules.ACTION_NAMES,
        "short_reasons": list(rules.SHORT_REASONS.items()),
        "reject_reasons": list(rules.REJECT_REASONS.items()),
        "rejectable": rules.REJECTABLE,
        "on_the_road": rules.ON_THE_ROAD,
        "may": SimpleNamespace(work=actor.may("work.write")),
        "key": once.fresh_key(),
    }


def _link(station: SimpleNamespace, status: str, chosen: Any, after: str | None = None) -> str:
    arguments = {"status": status, "location": chosen.code if chosen else None, "after": after}
    return flask.url_for(station.endpoint, **{name: value for name, value in arguments.items() if value})
