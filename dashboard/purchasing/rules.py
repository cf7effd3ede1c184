"""How a purchase order moves on, how far a receipt may go, what can be promised when, and how much to order. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from dashboard.kernel.states import StateTable

PURCHASE_ORDER = StateTable(
    "purchase order",
    ["draft"],
    {
        "draft": ("ordered", "cancelled"),
        "ordered": ("partially_received", "received", "cancelled"),
        "partially_received": ("received",),
        "received": (),
        "cancelled": (),
    },
)
INCOMING = ("ordered", "partially_received")
"""Statuses whose missing units are on their way."""
VIEWS = ("all", "draft", "incoming", "late", "received", "cancelled")


def views_of(status: str, expected_on: dt.date, today: dt.date) -> tuple[str, ...]:
    """The views that hold such a purchase order."""
    if status not in INCOMING:
        return ("all", status)
    return ("all", "incoming", "late") if expected_on < today else ("all", "incoming")


OVER_REASONS = {
    "over_delivered": "More delivered than ordered",
    "free_goods": "Free goods",
    "pack_rounding": "Rounded up to a full pack",
}
SHORT_REASONS = {
    "short_delivered": "Fewer delivered than ordered",
    "supplier_out": "The supplier has no more",
    "refused_at_dock": "Refused at the dock",
    "other": "Other",
}
CANCEL_REASONS = {
    "not_needed": "Not needed any more",
    "supplier_refused": "The supplier refused",
    "mistake": "Written by mistake",
}
OVER_SHARE = 10
"""An over-receipt with a reason may go one part in so many above the order."""
RATE_DAYS = 28
DELIVERY = dt.timedelta(days=3)
"""How long a noted arrival stands for what is received; later units came with a delivery that nobody noted."""
LEAD_DAYS = REVIEW_DAYS = 7
"""For a SKU without a supplier."""


def most_over(ordered: int) -> int:
    """Units that may come above the order when somebody says why: a tenth, at least one."""
    return max(1, ordered // OVER_SHARE)


def current_arrival(arrived_at: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """When the delivery that is being put away came to the dock; None when nobody noted it."""
    return arrived_at if arrived_at is not None and now - arrived_at <= DELIVERY else None


def status_after(lines: Iterable[tuple[int, int, int]]) -> str:
    """Where a purchase order stands by its lines (ordered, received, cancelled) once something was received."""
    return "received" if all(received + cancelled >= ordered for ordered, received, cancelled in lines) else "partially_received"


class Due(NamedTuple):
    """Units that should come on a day."""

    on: dt.date
    units: int


def promisable(available: int, waiting: int, incoming: Iterable[Due], on: dt.date) -> int:
    """ATP at the end of a day: what is available and comes until then, less what is promised already (may be negative).

    Args: waiting: backordered units of open orders.
    """
    return available - waiting + sum(due.units for due in incoming if due.on <= on)


def first_day(available: int, waiting: int, incoming: Sequence[Due], units: int, today: dt.date) -> dt.date | None:
    """The first day from today on which so many units can be promised; None when what is ordered does not reach."""
    days = sorted({today, *(max(due.on, today) for due in incoming)})
    return next((day for day in days if promisable(available, waiting, incoming, day) >= units), None)


class Need(NamedTuple):
    """One SKU at one location. sent: units shipped in the last RATE_DAYS; drafted: units in drafts not yet ordered.

    reorder_point: what it must be above again; 0 for none.
    """

    available: int
    incoming: int
    sent: int
    safety: int
    lead_days: int = LEAD_DAYS
    review_days: int = REVIEW_DAYS
    pack_size: int = 1
    drafted: int = 0
    reorder_point: int = 0

    @property
    def days(self) -> int:
        return self.lead_days + self.review_days


def demand(need: Need) -> int:
    """Units that will go out until the order after the next one is here, rounded up."""
    return ceil(Fraction(need.sent * need.days, RATE_DAYS))


def least(need: Need) -> int:
    """Units that are wanted whatever goes out: above the reorder point, so that it is not low any more; 0 without one."""
    return need.reorder_point + 1 if need.reorder_point else 0


def missing(need: Need) -> int:
    """Demand and safety, or what brings it above its reorder point, less what is there, coming and drafted; never below 0."""
    wanted = max(demand(need) + need.safety, least(need))
    return max(0, wanted - need.available - need.incoming - need.drafted)


def suggested(need: Need) -> int:
    """Units to order: what is missing, in whole packs."""
    return ceil(missing(need) / need.pack_size) * need.pack_size
