"""What happened to orders. What people wrote (note, reason, body, before) is named here and stands beside the log: texts.py."""

from dataclasses import field

from dashboard.kernel.events import event


@event("order")
class OrderCaptured:
    """lines, short: [[SKU, units]], ordered and waiting; preorder: SKUs of `short` that were sold on preorder."""

    id: int
    version: int
    order_id: int
    number: str
    channel: str
    external_id: str | None
    status: str
    phase: str
    total: int
    currency: str
    lines: list
    short: list
    preorder: list = field(default_factory=list)


@event("order")
class OrderProgressed:
    """A derived headline changed. before, after: {column: value} of those that differ."""

    id: int
    version: int
    order_id: int
    number: str
    before: dict
    after: dict


@event("order")
class OrderImported:
    """An order of the past, written as sold and shipped."""

    id: int
    version: int
    order_id: int
    number: str
    channel: str
    external_id: str | None
    total: int
    currency: str


@event("order")
class OrderCancelled:
    """notify: the customer is to be told. total_before, total: minor units, where a part had left and the rest came off the bill."""

    id: int
    version: int
    order_id: int
    number: str
    reason: str
    units: int
    notify: bool = False
    total_before: int | None = None
    total: int | None = None
    currency: str = ""


@event("order")
class HoldPlaced:
    id: int
    version: int
    order_id: int
    hold_id: int
    kind: str
    note: dict | str
    until: str | None
    release_when: str = ""


@event("order")
class HoldReleased:
    id: int
    version: int
    order_id: int
    hold_id: int
    kind: str
    reason: dict | str


@event("order")
class ShippingChosen:
    """choice: one of rules.SHIPPING_CHOICES."""

    id: int
    version: int
    order_id: int
    choice: str


@event("order")
class NoteAdded:
    id: int
    version: int
    order_id: int
    note_id: int
    body: dict | str
    mentioned: tuple = ()


@event("order")
class NoteEdited:
    """before: what it said until now. mentioned: users it names and did not name before."""

    id: int
    version: int
    order_id: int
    note_id: int
    before: dict | str
    body: dict | str
    mentioned: tuple = ()


@event("order")
class NoteDeleted:
    """mentioned: users it named."""

    id: int
    version: int
    order_id: int
    note_id: int
    mentioned: tuple = ()


@event("user")
class MentionsSeen:
    """Somebody has seen comments that name them. version: how many."""

    id: int
    version: int
    mentioned: tuple


@event("exception")
class ExceptionOpened:
    """times: how often this cause has been here, this one included."""

    id: int
    version: int
    order_id: int | None
    kind: str
    summary: str
    times: int = 1


@event("exception")
class ExceptionResolved:
    """cleared: it closed itself, because its cause is gone."""

    id: int
    version: int
    order_id: int | None
    kind: str
    note: dict | str
    cleared: bool = False
