"""Answers about changes of orders."""

from dashboard.api.schemas import Answer, Id, Money, Order, Time


class EditPlan(Answer):
    """What an edit would do. due: nobody has promised it yet; refundable: received above the total; untaken: promised above it.

    waits: units that no location has. fingerprint: send it as `expected`, and exactly this is done or nothing.
    """

    version: int
    fingerprint: str
    total_before: Money
    total: Money
    due: Money
    refundable: Money
    untaken: Money
    allocated: int
    waits: int
    kept: list[str]


class EditRecord(Answer):
    """fields: what it changed, by name: [before, after]; of lines as line:<id>:<name>. Money in minor units, prices in 1/10,000."""

    id: Id
    kind: str
    version: int
    fields: dict[str, list[str | int]]
    reason: str
    actor: str
    at: Time
    undone: bool


class EditList(Answer):
    items: list[EditRecord]
    next: None


class SplitAnswer(Answer):
    """order: what stays; split: the new order. carried: money of the first one's payments that counts for the new one."""

    order: Order
    split: Order
    carried: Money
