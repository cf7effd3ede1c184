"""What happened to counts. version: of the count; no event carries what was expected before the line is decided."""

from dashboard.kernel.events import event


@event("count")
class CountOpened:
    """skus: codes."""

    id: int
    version: int
    number: str
    location: str
    source: str
    skus: list


@event("count")
class CountMoved:
    id: int
    version: int
    number: str
    before: str
    after: str


@event("count")
class LineBegun:
    """Somebody is on this SKU now."""

    id: int
    version: int
    number: str
    line_id: int
    sku: str


@event("count")
class LineCounted:
    """recount: whether another person has to count it again."""

    id: int
    version: int
    number: str
    line_id: int
    sku: str
    counted: int
    round: int
    recount: bool


@event("count")
class FigureTakenBack:
    """counted: the figure that was mistyped."""

    id: int
    version: int
    number: str
    line_id: int
    sku: str
    counted: int


@event("count_policy")
class CountPoliciesSet:
    """changes: {class: [before, after]}, each [interval_days, tolerance_units, tolerance_percent]."""

    id: str
    version: int
    changes: dict


@event("count")
class LineDecided:
    """after: approved, rejected or recount; variance: units by which the shelf differed when it was counted (None: never counted)."""

    id: int
    version: int
    number: str
    line_id: int
    sku: str
    after: str
    variance: int | None
