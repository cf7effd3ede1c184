"""Cut-offs, days and the same hour of past weeks, in a location's own time. Pure."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.inventory.calendars import Calendar

Range = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Place:
    """A location and when it works."""

    id: int
    code: str
    name: str
    calendar: Calendar

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.calendar.time_zone)


def next_cutoff(now: dt.datetime, places: Iterable[Place]) -> dt.datetime | None:
    """The first cut-off after now, on a working day, of any of the places; None without a place."""
    return min((place.calendar.next_cutoff(now) for place in places), default=None)


def day_of(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> Range:
    """The local day that now belongs to: its midnight and the next."""
    today = now.astimezone(zone).date()
    return _midnight(today, zone), _midnight(today + dt.timedelta(days=1), zone)


def _midnight(day: dt.date, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def weeks_before(at: dt.datetime, weeks: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The same local weekday and time, weeks earlier (a change to summer time moves it in UTC)."""
    return (at.astimezone(zone) - dt.timedelta(weeks=weeks)).astimezone(dt.UTC)


def same_times(
    begin: dt.datetime, end: dt.datetime, weeks: int, zone: zoneinfo.ZoneInfo, since: dt.datetime | None
) -> list[Range]:
    """The range in each of the past weeks that began at or after `since` (the shop's first day); none without one."""
    found = [(weeks_before(begin, week, zone), weeks_before(end, week, zone)) for week in range(1, weeks + 1)]
    return [times for times in found if since is not None and times[0] >= since]


def marks(now: dt.datetime, step: dt.timedelta, count: int) -> list[dt.datetime]:
    """`count` moments a step apart, oldest first, the last one now."""
    return [now - step * back for back in reversed(range(count))]
