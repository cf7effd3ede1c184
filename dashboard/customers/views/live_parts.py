"""What a customer's live room shows: the page has personal forms, so screens hear of a newer version and fetch it."""

from dashboard.customers import store
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.web import livepage


@livepage.provider("customer")
def changed_customer(changes: livepage.Changes, _actor: Actor) -> livepage.Payload:
    customer = store.customer(reader(), int(changes.room.key))
    return livepage.Payload(ids=[livepage.Id(f"customer-page-{customer.id}", customer.version)])
