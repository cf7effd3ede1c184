"""What the API answers about counts."""

from dashboard.api.schemas import Answer, Id, Money, Time


class CountRow(Answer):
    """bin: the one bin that is counted, null for all of the location. line_count: SKUs; to_count: those without a figure yet.

    status: open, counting, review, approved or cancelled.
    """

    number: str
    status: str
    source: str
    location: str
    bin: str | None
    note: str
    line_count: int
    to_count: int
    opened_by: str
    opened_at: Time
    closed_at: Time | None
    version: int


class CountList(Answer):
    items: list[CountRow]
    next: str | None


class CountLine(Answer):
    """One SKU, blind. on_it: who says that they are there; not_by: who counted it before and may not count it again."""

    sku: str
    name: str
    barcode: str | None
    state: str
    round: int
    on_it: str | None
    counted_by: str | None
    counted_at: Time | None
    not_by: str | None


class Count(CountRow):
    lines: list[CountLine]


class Figure(Answer):
    """variance = counted - expected, expected being on hand when it was counted. moved_since: units that moved after that."""

    id: Id
    sku: str
    state: str
    round: int
    expected: int | None
    counted: int | None
    variance: int | None
    value: Money | None
    currency: str
    within_tolerance: bool | None
    moved_since: int
    counted_by: str | None
    counted_at: Time | None
    decided_by: str | None
    decided_at: Time | None


class CountReview(CountRow):
    figures: list[Figure]


class CountEntry(Answer):
    """recount: another person has to count it again; left: SKUs without a figure."""

    sku: str
    units: int
    recount: bool
    left: int
    status: str
    version: int


class CountTakenBack(Answer):
    """The SKU waits for a figure again."""

    sku: str
    status: str
    version: int


class CountDecision(Answer):
    """lines: how many were decided; left: counted ones that this actor may not approve."""

    number: str
    status: str
    version: int
    lines: int
    left: int
