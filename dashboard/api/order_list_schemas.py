"""What the API answers about a list of orders."""

from dashboard.api.schemas import Answer, Customer, Headlines, Money


class OrderPromise(Answer):
    """Of all that waits of an order: the day the last of it leaves, null while something has no date yet."""

    promised_on: str | None
    preorder: bool
    late: bool
    moved_from: str | None


class OrderRow(Headlines):
    customer: Customer
    line_count: int
    unit_count: int
    promise: OrderPromise | None
    currency: str | None = None
    total: Money | None = None


class OrderList(Answer):
    items: list[OrderRow]
    next: str | None
