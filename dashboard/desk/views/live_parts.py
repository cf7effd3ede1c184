"""What the rooms of the desk show: rows of the queue, counts of its lists, the badge on every page; the panels of today."""

import flask

from dashboard.desk import store
from dashboard.desk.views import words
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.web import livepage

PANELS = "today-desk"
"""The part of the page of today that is the desk's: personal, so that a screen fetches it afresh."""


@livepage.provider("exceptions")
def changed_exceptions(changes: livepage.Changes, _actor: Actor) -> livepage.Payload:
    """Rows of the exceptions that changed; a pane that shows one of them fetches itself again."""
    ids = {int(event.id) for event in changes.events if event.entity == "exception"}
    rows = [words.row_view(row) for row in store.rows(reader(), ids)] if ids else []
    return livepage.Payload(
        rows=[livepage.Row(f"exception-{row.id}", row.version, flask.render_template("desk/_row.html", row=row)) for row in rows],
        ids=[livepage.Id(f"exception-pane-{row.id}", row.version) for row in rows],
        facets=words.facets(store.counts(reader())),
    )


@livepage.provider("me")
def changed_for_me(_changes: livepage.Changes, _actor: Actor) -> livepage.Payload:
    """Something of this person's own desk changed."""
    return livepage.Payload(ids=[livepage.Id(PANELS, livepage.clock_version())])


@livepage.provider("desk")
def changed_desk(_changes: livepage.Changes, _actor: Actor) -> livepage.Payload:
    """The badge of every page, and word to the page of today that there is something new."""
    return livepage.Payload(
        ids=[livepage.Id(PANELS, livepage.clock_version())], facets={"nav/exceptions": store.open_count(reader()) or ""}
    )
