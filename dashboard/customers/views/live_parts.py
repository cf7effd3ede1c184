"""What a customer's live room shows: the page has personal forms, so screens hear of a newer version and fetch it.

The orders on the page are in the rooms of the orders themselves. Whose a new order is, is found a moment after it is placed and is no
event of its own: while such a page is open the clock asks for it.
"""

import flask

from dashboard.customers import store
from dashboard.customers.views import page
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.web import livepage

EVERY = 2.0


@livepage.provider("customer", every=EVERY)
def changed_customer(changes: livepage.Changes, _actor: Actor) -> livepage.Payload:
    customer = store.customer(reader(), int(changes.room.key))
    return livepage.Payload(ids=[livepage.Id(f"customer-page-{customer.id}", store.page_version(reader(), customer))])


@livepage.provider("order")
def changed_order(changes: livepage.Changes, actor: Actor) -> livepage.Payload:
    """The order's row on its customer's page."""
    if changes.brief:
        return livepage.Payload()
    rows = page.order_rows(reader(), [int(changes.room.key)], actor)
    return livepage.Payload(
        rows=[
            livepage.Row(f"customer-order-{row.id}", row.version, flask.render_template("customers/_order.html", row=row))
            for row in rows
        ]
    )
