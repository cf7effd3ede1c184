"""Days and times as the customer's country writes them. The words around them are English. Pure."""

import datetime as dt
import zoneinfo

from babel.dates import format_interval, format_skeleton, format_time

from dashboard.tracking.eta import Days

LOCALES = ("en_GB", "en_US")
"""Day before month and 24 hours, or month before day and 12 hours."""
MONTH_FIRST = {"US", "PH", "PR", "GU", "VI", "AS", "MP", "BZ", "FM", "PW"}


def locale_of(accepted: list[str]) -> str:
    """The locale for the languages a browser accepts, best first; the first with a region decides."""
    for language in accepted:
        region = language.replace("_", "-").rpartition("-")[2]
        if len(region) == 2 and region.isupper():
            return LOCALES[1] if region in MONTH_FIRST else LOCALES[0]
    return LOCALES[0]


def day(date: dt.date, today: dt.date, locale: str) -> str:
    """'today', 'tomorrow', 'Tue 24 Nov' or 'Tue, Nov 24'."""
    if date == today:
        return "today"
    if date == today + dt.timedelta(days=1):
        return "tomorrow"
    return _day(date, locale)


def _day(date: dt.date, locale: str) -> str:
    written = format_skeleton("MMMEd", date, locale=locale)
    return written.replace(", ", " ", 1) if locale == "en_GB" else written


def days(span: Days, today: dt.date, locale: str) -> str:
    """'Tue 24 – Wed 25 Nov'; one day alone as `day` says it."""
    if span.first == span.last:
        return day(span.first, today, locale)
    if span.first == today:
        return f"by {day(span.last, today, locale)}"
    written = str(format_interval(span.first, span.last, "MMMEd", locale=locale)).replace("\u2009", " ").replace("\u202f", " ")
    if locale != "en_GB":
        return written
    first, _, last = written.replace(", ", " ").partition(" – ")
    if (span.first.year, span.first.month) == (span.last.year, span.last.month):
        first = first.rpartition(" ")[0]
    return f"{first} – {last}"


def moment(at: dt.datetime, zone: str, locale: str) -> str:
    """'Tue 24 Nov, 14:02'."""
    local = at.astimezone(zoneinfo.ZoneInfo(zone))
    return f"{_day(local.date(), locale)}, {clock_time(local, locale)}"


def clock_time(local: dt.datetime, locale: str) -> str:
    return str(format_time(local, "short", locale=locale)).replace("\u202f", " ")
