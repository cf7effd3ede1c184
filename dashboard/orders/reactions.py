"""What follows from orders after their commit: they can be found."""

from collections.abc import Sequence

from dashboard.kernel.consumers import projection
from dashboard.kernel.outbox import Recorded
from dashboard.kernel.tx import Tx
from dashboard.orders.events import OrderCaptured, OrderImported
from dashboard.orders.search import index_orders


@projection("order_search", OrderCaptured, OrderImported, every=0.25)
def index_new_orders(tx: Tx, events: Sequence[Recorded]) -> None:
    index_orders(tx, [event.order_id for event in events if event.order_id is not None])
