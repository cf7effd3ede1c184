"""Which fulfilment orders of the stations changed: each screen refetches its own, for their buttons are personal."""

from dashboard.fulfilment import store
from dashboard.kernel.actor import Actor
from dashboard.orders import store as orders
from dashboard.web import livepage


@livepage.provider("work")
def changed_work(changes: livepage.Changes, actor: Actor) -> livepage.Payload:
    versions = store.versions(orders.reader(), sorted(changes.orders))
    return livepage.Payload(ids=[livepage.Id(f"work-{work_id}", version) for work_id, version in versions])
