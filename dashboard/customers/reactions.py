"""What follows from orders after their commit: each gets its customer, who keeps its address, and the customer's sums follow it."""

from collections.abc import Sequence

from dashboard.customers.learning import learn_addresses
from dashboard.customers.matching import follow_orders
from dashboard.customers.totals import recount
from dashboard.editing.events import OrderEdited
from dashboard.kernel.consumers import projection
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.events import OrderCancelled, OrderCaptured, OrderImported, OrderProgressed

NEW = frozenset({"OrderCaptured", "OrderImported", "OrderEdited"})


@projection("customers", OrderCaptured, OrderImported, OrderProgressed, OrderCancelled, OrderEdited, every=1.0)
def follow(tx: Tx, events: Sequence[Recorded]) -> None:
    new = [event.order_id for event in events if event.type in NEW and event.order_id is not None]
    changed = [event.order_id for event in events if event.order_id is not None and _changes_sums(event)]
    if new:
        follow_orders(tx, new)
    if edits := [event for event in events if event.type == "OrderEdited" and event.order_id is not None and _moves(event)]:
        learn_addresses(tx, [int(event.order_id or 0) for event in edits], max(event.at for event in edits))
    if changed:
        recount(tx, changed)


def _moves(event: Recorded) -> bool:
    """Whether the edit changed where the order goes."""
    return any(str(change[0]).startswith("ship_") for change in event.data["changes"])


def _changes_sums(event: Recorded) -> bool:
    return event.type in ("OrderCancelled", "OrderEdited") or "status" in event.data.get("after", ())
