"""What the live rooms of orders show when something changed: rows of the list, counts of its views, parts of an order page."""

import flask

from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders import store, words
from dashboard.orders.sight import sight_of
from dashboard.orders.views import page
from dashboard.orders.views.rowview import row_views
from dashboard.web import livepage


@livepage.provider("orders", every=60)
def changed_rows(changes: livepage.Changes, actor: Actor) -> livepage.Payload:
    """Rows of the changed orders and the counts of the views; the clock alone moves only counts."""
    connection, now = store.reader(), clock.now()
    facets = store.counts(connection, now)
    if not changes.orders:
        return livepage.Payload(facets=facets)
    rows = store.order_rows(connection, sorted(changes.orders))
    if changes.brief:
        return livepage.Payload(ids=[livepage.Id(f"order-{row.id}", row.version) for row in rows], facets=facets)
    sight, zone = sight_of(actor), words.zone_of(store.locations(connection))
    shown = row_views(connection, rows, sight, now, zone)
    return livepage.Payload(
        rows=[livepage.Row(f"order-{row.id}", row.version, flask.render_template("orders/_row.html", row=row)) for row in shown],
        facets=facets,
    )


@livepage.provider("order")
def changed_order(changes: livepage.Changes, actor: Actor) -> livepage.Payload:
    """The parts of one order's page. Its forms are personal: the screen refetches them when it hears of a newer version."""
    connection = store.reader()
    order = store.by_id(connection, int(changes.room.key))
    if order is None:
        return livepage.Payload()
    page_id = livepage.Id(f"order-page-{order.id}", order.version)
    if changes.brief:
        return livepage.Payload(ids=[page_id])
    values = page.shown_parts(connection, order, actor, clock.now())
    parts = [
        livepage.Row(f"order-{name}-{order.id}", order.version, flask.render_template(f"orders/_{name}.html", **values))
        for name in ("head", "lines", "side", "timeline")
    ]
    return livepage.Payload(rows=parts, ids=[page_id])
