"""What was done to orders after they were taken."""

from dashboard.kernel.events import event


@event("order")
class OrderEdited:
    """changes: [[field, SKU or '', before, after]]; of the address the names of its fields only. kind: edit, cancel or undo.

    refunded: minor units paid back with it. undoes: id of the edit that was taken back. notify: the customer is to be told.
    """

    id: int
    version: int
    order_id: int
    number: str
    edit_id: int
    kind: str
    changes: list
    added: list
    reason: dict | str
    total_before: int
    total: int
    currency: str
    refunded: int = 0
    undoes: int | None = None
    notify: bool = False


@event("order")
class OrderSplit:
    """Units went to another order (away), or came from it. moved: [[SKU, units]]; carried: minor units that count for the other;
    reshelved: units of those that were picked, and are picked again."""

    id: int
    version: int
    order_id: int
    number: str
    edit_id: int
    other: str
    away: bool
    moved: list
    carried: int
    currency: str
    reshelved: int = 0


@event("order")
class OrderMerged:
    """Two orders became one; away: this is the one that is gone. moved: [[SKU, units]]; carried: minor units that count for the other;
    reshelved: units of those that were picked, and are picked again."""

    id: int
    version: int
    order_id: int
    number: str
    edit_id: int
    other: str
    away: bool
    moved: list
    carried: int
    currency: str
    reshelved: int = 0
