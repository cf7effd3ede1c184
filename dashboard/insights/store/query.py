"""Figures of one location or of all: the scope, and SQL that knows both."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from dashboard.insights.moments import Place, Range
from dashboard.inventory.calendars import Calendar
from dashboard.inventory.model import Location
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound

AT = (
    "EXISTS (SELECT 1 FROM fulfilment_order f WHERE f.order_id = o.id AND f.location_id = :location"
    " AND f.status NOT IN ('rejected', 'cancelled'))"
)


@dataclass(frozen=True)
class Scope:
    """Whose figures: one location's, or (None) all of them. places: the locations that count."""

    location: Place | None
    places: tuple[Place, ...]

    @property
    def zone(self) -> Any:
        return self.places[0].zone if self.places else dt.UTC

    @property
    def key(self) -> int:
        return self.location.id if self.location else 0


def scope(connection: sa.Connection, code: str | None = None, location_id: int | None = None) -> Scope:
    """The scope of a location by code or id; neither for all.

    Raises: NotFound, for a location that does not exist or is closed.
    """
    calendar = (Location.cutoff, Location.time_zone, Location.working_days, Location.holidays)
    query = sa.select(Location.id, Location.code, Location.name, *calendar).where(Location.active)
    found_rows = connection.execute(query.order_by(Location.priority, Location.id))
    places = [Place(*row[:3], Calendar(*row[3:])) for row in found_rows]
    if code is None and location_id is None:
        return Scope(None, tuple(places))
    found = next((place for place in places if place.code == code or place.id == location_id), None)
    if found is None:
        raise NotFound(f"There is no location {(code or str(location_id))[:40]}.", locations=[place.code for place in places])
    return Scope(found, (found,))


def rows(connection: sa.Connection, sql: str, within: Scope, **values: Any) -> list[Any]:
    """Run SQL in which {at} stands for "at this location" about the orders `o`, {place} the same about balances `b`.

    Moments go in and come out as microseconds since 1970.
    """
    return connection.execute(_text(sql, within.location is not None), _bound(within, values)).all()


def one(connection: sa.Connection, sql: str, within: Scope, **values: Any) -> Any:
    return connection.execute(_text(sql, within.location is not None), _bound(within, values)).one()


def _bound(within: Scope, values: dict[str, Any]) -> dict[str, Any]:
    bound = {name: clock.micros(value) if isinstance(value, dt.datetime) else value for name, value in values.items()}
    if within.location is not None:
        bound["location"] = within.location.id
    return bound


@cache
def _text(sql: str, at_location: bool) -> sa.TextClause:
    return sa.text(
        sql.replace("{at}", f"AND {AT}" if at_location else "").replace(
            "{place}", "AND b.location_id = :location" if at_location else ""
        )
    )


def words(names: tuple[str, ...]) -> str:
    """Words of ours as a list in SQL (a partial index is only used for constants)."""
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


def counts(connection: sa.Connection, ranges: list[Range], within: Scope) -> list[int]:
    """Orders shipped in full in each range (begin, end], in one statement."""
    if not ranges:
        return []
    values: dict[str, Any] = {}
    for place, (begin, end) in enumerate(ranges):
        values |= {f"begin_{place}": begin, f"end_{place}": end}
    found = dict(map(tuple, rows(connection, _counts(len(ranges)), within, **values)))
    return [found[place] for place in range(len(ranges))]


@cache
def _counts(count: int) -> str:
    return " UNION ALL ".join(
        f"SELECT {place} AS place, count(*) AS shipped FROM orders o"
        f" WHERE o.shipped_at > :begin_{place} AND o.shipped_at <= :end_{place} {{at}}"
        for place in range(count)
    )
