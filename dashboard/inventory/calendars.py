"""When a location works: its weekdays, its holidays and the cut-off, in its own time. Pure."""

import datetime as dt
import functools
import zoneinfo
from typing import NamedTuple

WEEKDAYS = {"1": "Mon", "2": "Tue", "3": "Wed", "4": "Thu", "5": "Fri", "6": "Sat", "7": "Sun"}
"""ISO weekday -> its short name."""
MOST_HOLIDAYS = 200
DAY = dt.timedelta(days=1)
FURTHEST_DAYS = 1000


class Calendar(NamedTuple):
    """cutoff: minutes after local midnight until which orders still leave that day; working_days: ISO weekdays, as "12345";
    holidays: ISO dates separated by spaces.
    """

    cutoff: int
    time_zone: str
    working_days: str = "12345"
    holidays: str = ""

    def is_open(self, day: dt.date) -> bool:
        return str(day.isoweekday()) in self.working_days and day.isoformat() not in self.holidays

    def cutoff_of(self, day: dt.date) -> dt.datetime:
        """The cut-off of a local day, in UTC."""
        return _cutoff(self.cutoff, self.time_zone, day)

    def next_cutoff(self, after: dt.datetime) -> dt.datetime:
        """The first cut-off of a working day later than `after`."""
        day = self._local_day(after)
        while not self.is_open(day) or self.cutoff_of(day) <= after:
            day = self._following(day)
        return self.cutoff_of(day)

    def ship_by(self, placed_at: dt.datetime, behind: int = 0) -> dt.datetime:
        """When an order must leave: the cut-off of the next working day; one later if placed after today's, or on a day off.

        Args: behind: working days by which what it was given before fills its capacity.
        """
        day = self._local_day(placed_at)
        late = not self.is_open(day) or placed_at >= self.cutoff_of(day)
        day = self._following(day)
        for _ in range(late + behind):
            day = self._following(day)
        return self.cutoff_of(day)

    def _local_day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()

    def _following(self, day: dt.date) -> dt.date:
        """The next working day; a calendar without any gives the day itself plus one."""
        return _following(self, day)


@functools.lru_cache(maxsize=512)  # every order asks, and the days are few
def _cutoff(minutes: int, time_zone: str, day: dt.date) -> dt.datetime:
    at = dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60), zoneinfo.ZoneInfo(time_zone))
    return at.astimezone(dt.UTC)


@functools.lru_cache(maxsize=512)
def _following(calendar: Calendar, day: dt.date) -> dt.date:
    for ahead in range(1, FURTHEST_DAYS):
        if calendar.is_open(day + ahead * DAY):
            return day + ahead * DAY
    return day + DAY


def holidays_in(text: str) -> str:
    """Dates as typed (one per line, or separated by spaces or commas) as sorted ISO dates separated by spaces.

    Raises: ValueError, naming what is no date, or that there are too many.
    """
    found = set()
    for word in text.replace(",", " ").split():
        try:
            found.add(dt.date.fromisoformat(word).isoformat())
        except ValueError:
            raise ValueError(f"{word[:20]} is no date; write it like 2026-12-25.") from None
    if len(found) > MOST_HOLIDAYS:
        raise ValueError(f"At most {MOST_HOLIDAYS} dates.")
    return " ".join(sorted(found))
