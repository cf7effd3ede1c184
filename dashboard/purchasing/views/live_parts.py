"""What the live room of purchase orders shows when one changed: its row, its figures, how much is here; forms are refetched."""

import datetime as dt
from collections.abc import Iterator

import flask

from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.purchasing import store
from dashboard.purchasing.views import page, words
from dashboard.web import livepage
from dashboard.web.livepage import Changes, Id, Payload, Row


@livepage.provider("purchases")
def changed_purchases(changes: Changes, _actor: Actor) -> Payload:
    """The changed purchase orders wherever they stand: in the list, on their own pages, at the dock."""
    today = clock.now().date()
    changed = {int(event.id): event.version for event in changes.events}
    facets = store.view_counts(reader(), today)
    ids = [Id("dock-due", livepage.clock_version()), *(Id(f"purchase-steps-{id_}", version) for id_, version in changed.items())]
    if changes.brief:
        return Payload(ids=[*ids, *(Id(f"purchase-row-{id_}", version) for id_, version in changed.items())], facets=facets)
    rows = [part for row in store.by_ids(reader(), changed) for part in _parts(row, today)]
    return Payload(rows=rows, ids=ids, facets=facets)


@livepage.provider("sku")
def changed_incoming(changes: Changes, _actor: Actor) -> Payload:
    """What is on its way of one SKU: its stock page fetches it again, as whoever looks may see it."""
    if not any(event.entity == "purchase_order" for event in changes.events):
        return Payload()
    return Payload(ids=[Id(f"stock-incoming-{changes.room.key}", livepage.clock_version())])


def _parts(row: store.Row, today: dt.date) -> Iterator[Row]:
    order, lines, _ = store.purchase_order(reader(), row.number)
    shown = page.figures(order, lines, today)
    listed = flask.render_template("purchasing/_row.html", row=row, today=today, views_of=words.views_of)
    yield Row(f"purchase-row-{row.id}", row.version, listed)
    yield Row(f"purchase-totals-{row.id}", row.version, flask.render_template("purchasing/_totals.html", **shown))
    for line in lines:
        received = flask.render_template("purchasing/_received.html", line=line, order=order)
        yield Row(f"line-received-{line.id}", row.version, received)
    yield Row(f"due-received-{row.id}", row.version, flask.render_template("purchasing/_due_received.html", row=row))
