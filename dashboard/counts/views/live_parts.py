"""What the live room of a count shows when something changed: blind lines and the head; approvers fetch their own page."""

import flask

from dashboard.counts import store
from dashboard.counts.views import words
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import NotFound
from dashboard.orders.store import reader
from dashboard.web import livepage
from dashboard.web.livepage import Changes, Payload


@livepage.provider("count")
def changed_lines(changes: Changes, _actor: Actor) -> Payload:
    """The lines that somebody is on, has counted or decided, by their SKU: a recount takes the place of its line."""
    try:
        head = store.count(reader(), changes.room.key)
    except NotFound:
        return Payload()
    skus = sorted({event.data["sku"] for event in changes.events if "sku" in event.data})
    ids = [livepage.Id(f"review-{head.id}", head.version)]
    lines = store.blind_lines(reader(), head.id, skus) if skus else []
    rows = [
        livepage.Row(
            f"count-line-{line.sku_id}",
            head.version,
            flask.render_template("counts/_line.html", line=line, head=head, line_mark=words.blind),
        )
        for line in lines
    ]
    values = {"head": head, "mark": words.status(head), "sources": words.SOURCES}
    rows.append(livepage.Row(f"count-head-{head.id}", head.version, flask.render_template("counts/_head.html", **values)))
    return Payload(rows=rows, ids=ids)
