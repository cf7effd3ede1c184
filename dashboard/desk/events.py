"""What happened at the exceptions desk."""

from dashboard.kernel.events import event


@event("exception")
class ExceptionAssigned:
    """assignee_id: None when it was given back; before_id: who had it."""

    id: int
    version: int
    order_id: int | None
    kind: str
    assignee_id: int | None
    assignee: str
    before_id: int | None


@event("exception")
class ExceptionSnoozed:
    """until: None when it came back. assignee_id: who has it."""

    id: int
    version: int
    order_id: int | None
    kind: str
    until: str | None
    assignee_id: int | None


@event("exception")
class ExceptionReopened:
    """Somebody took back that it is resolved. until: when it comes back by itself; assignee_id: who has it."""

    id: int
    version: int
    order_id: int | None
    kind: str
    until: str | None
    assignee_id: int | None


@event("exception")
class ExceptionTried:
    """A fix was tried and the exception is still open. refused: it could not be done."""

    id: int
    version: int
    order_id: int | None
    kind: str
    fix: str
    said: str
    refused: bool


@event("order")
class LineMapped:
    """An order line of an unknown item became a SKU. was: the code the channel sent."""

    id: int
    version: int
    order_id: int
    was: str
    sku: str
    units: int
