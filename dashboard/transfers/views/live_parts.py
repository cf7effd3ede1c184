"""What the live rooms of transfers show when something changed: rows of the list, one transfer's parts, what is on the way."""

import flask

from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.transfers import store
from dashboard.transfers.views import page, words
from dashboard.web import livepage
from dashboard.web.livepage import Changes, Payload, Row

KINDS = {"transferred_out", "transferred_in"}


@livepage.provider("transfers")
def changed_rows(changes: Changes, _actor: Actor) -> Payload:
    """The changed transfers' rows and the counts of the views."""
    counts = store.counts(reader())
    facets = {view: count for view, count in counts.items() if view != "all"}
    changed = {int(event.id): event.version for event in changes.events}
    if changes.brief:
        return Payload(ids=[livepage.Id(f"transfer-row-{id_}", version) for id_, version in changed.items()], facets=facets)
    rows = store.by_ids(reader(), changed)
    return Payload(rows=[Row(f"transfer-row-{row.id}", row.version, _row(row)) for row in rows], facets=facets)


def _row(row: store.Row) -> str:
    return flask.render_template("transfers/_row.html", row=row, views_of=words.views_of)


@livepage.provider("transfer")
def changed_transfer(changes: Changes, _actor: Actor) -> Payload:
    """Head, lines and steps of one transfer."""
    found = store.by_ids(reader(), [int(changes.room.key)])
    if not found:
        return Payload()
    values = page.parts_of(found[0])
    return Payload(
        rows=[
            Row(f"transfer-{part}-{found[0].id}", found[0].version, flask.render_template(f"transfers/_{part}.html", **values))
            for part in ("head", "lines", "steps")
        ]
    )


@livepage.provider("sku")
def changed_way(changes: Changes, _actor: Actor) -> Payload:
    """What is on the way of one SKU, on its stock page, after one of its transfers left, arrived or lost some."""
    if changes.brief or not any(event.entity == "transfer" or event.data.get("kind") in KINDS for event in changes.events):
        return Payload()
    sku_id = int(changes.room.key)
    legs = store.on_the_way(reader(), sku_id)
    html = flask.render_template("transfers/_on_the_way.html", sku_id=sku_id, legs=legs)
    return Payload(rows=[Row(f"on-the-way-{sku_id}", livepage.clock_version(), html)])
