"""A status changes only after it has held for two minutes, so that a figure on its limit does not flicker. Pure."""

import datetime as dt
from dataclasses import dataclass, replace

SETTLE = dt.timedelta(minutes=2)
UNWATCHED = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Held:
    """The status shown, the one that wants to replace it, since when, and when anybody last looked."""

    shown: str
    wanted: str
    since: dt.datetime
    seen: dt.datetime


def settle(before: Held | None, status: str, now: dt.datetime) -> Held:
    """The status to show from now on.

    A new status must be seen for SETTLE without a break. At once: the first look, a look after UNWATCHED, and to or from
    nodata (a figure must not stand under "No data").
    """
    if before is None or now - before.seen > UNWATCHED or "nodata" in (before.shown, status):
        return Held(status, status, now, now)
    if now < before.seen:
        return before
    if status == before.shown:
        return Held(status, status, now, now)
    if status != before.wanted:
        return Held(before.shown, status, now, now)
    if now - before.since >= SETTLE:
        return Held(status, status, now, now)
    return replace(before, seen=now)
