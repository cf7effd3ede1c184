"""/customers: the list, its search and filters, and the matching of older orders."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.customers import store
from dashboard.customers.jobs import request_match
from dashboard.customers.rules import PURPOSES
from dashboard.customers.store.listing import LONGEST
from dashboard.customers.views.blueprint import blueprint
from dashboard.kernel import clock, db
from dashboard.orders import search
from dashboard.orders.store import reader
from dashboard.web import access, paging
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part, redirect


@blueprint.get("")
@requires("customers.read")
def index() -> str:
    asked = flask.request.args
    before = paging.decode(cursor, int)[0] if (cursor := asked.get("before")) else None
    limit = paging.limit_of(asked.get("limit"))
    consent = asked.get("consent", "") if asked.get("consent") in PURPOSES else ""
    given = {"q": search.clean(asked.get("q", ""))[:LONGEST], "tag": search.clean(asked.get("tag", ""))[:40], "consent": consent}
    rows = store.customers(reader(), store.ListQuery(given["q"], given["tag"], consent, before, limit + 1))
    more = _link(given, before=paging.encode(rows[limit - 1].id)) if len(rows) > limit else None
    return page_or_part(
        "customers/index.html",
        "customers/_table.html",
        live=None,
        rows=rows[:limit],
        more=more,
        first=before is None,
        given=given,
        chips=_chips(given),
        tags=_options("Any tag", {tag: tag for tag in store.tags_in_use(reader())}),
        purposes=_options("Any consent", PURPOSES),
        progress=store.matching_progress(reader()),
        may_write=access.actor().may("customers.write"),
    )


@blueprint.post("/matching")
@requires("customers.write")
def create_matching() -> Any:
    """Match every order again, in the background: what is matched stays as it is."""
    started = db.write(request_match, None, access.actor(), clock.now())
    flask.flash("Orders are being matched to customers." if started else "Orders are being matched already.", "ok")
    return redirect(flask.url_for("customers.index"))


def _options(first: str, known: dict[str, str]) -> list[tuple[str, str]]:
    return [("", first), *known.items()]


def _chips(given: dict[str, str]) -> list[Any]:
    labels = {
        "q": ("Search", given["q"]),
        "tag": ("Tag", given["tag"]),
        "consent": ("Agreed to", PURPOSES.get(given["consent"], "")),
    }
    return [
        SimpleNamespace(label=label, value=value, remove_href=_link({**given, name: ""}))
        for name, (label, value) in labels.items()
        if value
    ]


def _link(given: dict[str, str], **more: str) -> str:
    return flask.url_for("customers.index", **{name: value for name, value in {**given, **more}.items() if value})
