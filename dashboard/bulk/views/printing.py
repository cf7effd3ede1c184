"""/bulk/<id>/print: the packing slips or the pick list of a run's orders, as one page for the printer."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.bulk import papers, store
from dashboard.bulk import words as bulk_words
from dashboard.bulk.rules import DOCUMENTS
from dashboard.bulk.views.blueprint import blueprint
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict
from dashboard.orders import words
from dashboard.orders.sight import sight_of
from dashboard.orders.store import locations, reader
from dashboard.web import access, paging
from dashboard.web.access import requires

AT_ONCE = 200
"""Orders on one printed page of this address; the rest is behind its links."""


@blueprint.get("/<int:run_id>/print")
@requires("work.read")
def printed(run_id: int) -> str:
    """Raises: Conflict, for a run that prints nothing or has not ended."""
    connection, actor = reader(), access.actor()
    run = store.run(connection, run_id)
    if run.action != "print" or run.status not in ("done", "stopped"):
        raise Conflict("There is nothing to print here yet.")
    after = paging.decode(cursor, int)[0] if (cursor := flask.request.args.get("after")) else 0
    found = store.order_ids(connection, run.id, after, AT_ONCE + 1)
    ids = [order_id for _, order_id in found[:AT_ONCE]]
    more = flask.url_for("bulk.printed", run_id=run.id, after=paging.encode(found[AT_ONCE - 1][0])) if len(found) > AT_ONCE else None
    document = store.choice(run)["document"]
    values = _slips(connection, ids, actor) if document == "slips" else _picks(connection, ids)
    zone = words.zone_of(locations(connection))
    values |= {"run": run, "title": DOCUMENTS[document], "more": more, "count": bulk_words.orders(len(ids))}
    return flask.render_template(f"bulk/{document}.html", at=clock.now().astimezone(zone), **values)


def _slips(connection: Any, ids: list[int], actor: Any) -> dict[str, Any]:
    people = papers.recipients(connection, ids) if sight_of(actor).ship_to else {}
    slips = [SimpleNamespace(work=work, to=people.get(work.order_id)) for work in papers.works(connection, ids)]
    return {"slips": slips}


def _picks(connection: Any, ids: list[int]) -> dict[str, Any]:
    return {"places": papers.picks(papers.works(connection, ids))}
