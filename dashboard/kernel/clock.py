"""Time: always aware, always UTC; the only reader of the system clock."""

import datetime as dt
import functools

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@functools.lru_cache(maxsize=64)  # one action writes one moment into a dozen rows
def micros(moment: dt.datetime) -> int:
    """Microseconds since 1970 of an aware moment: how instants are stored."""
    return (moment - EPOCH) // MICROSECOND


def moment(micros_since_epoch: int) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=micros_since_epoch)


def iso(at: dt.datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds and `Z`, as the API writes it."""
    if at is None:
        return None
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def parse_iso(text: str) -> dt.datetime:
    """Read ISO 8601 with a zone.

    Raises: ValueError, for another format or a moment without zone.
    """
    at = dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time needs its zone, for example 2026-11-22T10:00:00Z")
    return at.astimezone(dt.UTC)
