"""Who is served by which delivery, and when: the one rule behind every promise date. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

CAUSES = {
    "order": "an order was placed, changed or filled",
    "cancelled": "somebody else's units became free",
    "placed": "a purchase order was placed",
    "rescheduled": "a delivery comes on another day",
    "received": "a delivery was received",
    "short": "a delivery brought too few",
    "refused": "a delivery does not come",
    "stock": "stock was counted or adjusted",
    "release": "the preorder date was changed",
    "upkeep": "looked at again",
}


class Want(NamedTuple):
    """Units a line waits for, of one SKU."""

    line: int
    units: int


class Arrival(NamedTuple):
    """Units a delivery brings. key: of the purchase order line; ready: the day they can leave again."""

    ready: dt.date
    key: int
    units: int


class Share(NamedTuple):
    """Units of a line and what serves them. basis: stock, purchase, release or none; ready: None for stock and none."""

    units: int
    basis: str
    key: int | None = None
    ready: dt.date | None = None


class Outcome(NamedTuple):
    """A line's promise: its last unit's day. on is None for basis stock (now) and none (no date yet)."""

    basis: str
    on: dt.date | None = None
    key: int | None = None


NO_DATE = Outcome("none")


def due(first: dt.datetime | None, promised: dt.datetime | None, *, leaves_before: bool) -> dt.datetime | None:
    """When an order must leave. first: by the calendar, as if nothing waited; promised: when the last waiting unit leaves.

    Args: leaves_before: a part is here in time and leaves without the rest; until it has, the first date counts.
    """
    if first is None or promised is None or leaves_before:
        return first
    return max(first, promised)


def moved(day: dt.date | None, told: Any) -> str | None:
    """later or earlier than the customer was told (told.on; no date is later than any); None when it is the same, or nothing was."""
    if told is None or day == told.on:
        return None
    return "earlier" if told.on is None or (day is not None and day < told.on) else "later"


def serve(
    wants: Iterable[Want], shelf: int, arrivals: Iterable[Arrival], release: dt.date | None = None
) -> dict[int, tuple[Share, ...]]:
    """Give units to lines, first what is on the shelf, then delivery by delivery; no unit is given twice.

    Args: wants: in the order in which they are served. shelf: units that are there. release: the first day the SKU may leave at all,
    those on the shelf too; also the date of those whom nothing serves, as long as no delivery is in sight.
    Returns: {line: its shares, the earliest first, summing to what it wants}; the days of later lines are never earlier.
    """
    here = Share(shelf, "stock") if release is None else Share(shelf, "release", None, release)
    supply = [here] if shelf > 0 else []
    for ready, key, units in sorted(arrivals):
        if units > 0:
            supply.append(Share(units, "purchase", key, max(ready, release) if release else ready))
    ordered = any(one.basis == "purchase" for one in supply)
    supply.reverse()
    found = {}
    for line, wanted in wants:
        shares, left = [], wanted
        while left and supply:
            next_ = supply.pop()
            units = min(left, next_.units)
            shares.append(next_._replace(units=units))
            left -= units
            if units < next_.units:
                supply.append(next_._replace(units=next_.units - units))
        if left:
            shares.append(Share(left, "none") if release is None or ordered else Share(left, "release", None, release))
        found[line] = tuple(shares)
    return found


def outcome(shares: Sequence[Share]) -> Outcome:
    """What a line is promised, from the shares of all its SKUs: nothing while one unit has no date, else its last unit's day."""
    if not shares or any(share.basis == "none" for share in shares):
        return NO_DATE
    dated = [share for share in shares if share.ready is not None]
    if not dated:
        return Outcome("stock")
    last = max(dated, key=lambda share: (share.ready or dt.date.min, share.key or 0))
    return Outcome(last.basis, last.ready, last.key)
