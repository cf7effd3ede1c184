"""What happened to a bulk action."""

from dashboard.kernel.events import event


@event("bulk")
class BulkMoved:
    """It was queued, did some orders, or ended. action: what it does; undoes_id: the run it takes back; counts: orders."""

    id: int
    version: int
    action: str
    status: str
    total: int
    done: int
    skipped: int
    undoes_id: int | None = None
