"""How many orders each location was given today: read, counted one by one, and counted anew when rules are switched on."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.routing.facts import unpack_takes
from dashboard.routing.model import RoutingDecision

MOST_DECISIONS = 20_000
"""Looked at when rules are switched on in the middle of a day; a preference may be a little off on a day with more orders."""
_READ = Prepared(
    sqlite="SELECT location_id, day, orders FROM routing_load WHERE day >= :day",
    postgresql="SELECT location_id, day, orders FROM routing_load WHERE day >= %(day)s",
)
_CLAIM = Prepared(
    sqlite="INSERT INTO routing_load (location_id, day, orders) VALUES (:location_id, :day, 1)"
    " ON CONFLICT (location_id, day) DO UPDATE SET orders = orders + 1 WHERE orders < :most RETURNING orders",
    postgresql="INSERT INTO routing_load (location_id, day, orders) VALUES (%(location_id)s, %(day)s, 1)"
    " ON CONFLICT (location_id, day) DO UPDATE SET orders = routing_load.orders + 1 WHERE routing_load.orders < %(most)s"
    " RETURNING orders",
)
_GIVE_BACK = Prepared(
    sqlite="UPDATE routing_load SET orders = orders - 1 WHERE location_id = :location_id AND day = :day",
    postgresql="UPDATE routing_load SET orders = orders - 1 WHERE location_id = %(location_id)s AND day = %(day)s",
)
NO_LIMIT = 2**62

_SET = Prepared(
    sqlite="INSERT INTO routing_load (location_id, day, orders) VALUES (:location_id, :day, :orders)"
    " ON CONFLICT (location_id, day) DO UPDATE SET orders = excluded.orders",
    postgresql="INSERT INTO routing_load (location_id, day, orders) VALUES (%(location_id)s, %(day)s, %(orders)s)"
    " ON CONFLICT (location_id, day) DO UPDATE SET orders = excluded.orders",
)


def today(tx: Tx, now: dt.datetime) -> dict[int, int]:
    """Orders each location was given on its own today."""
    zones = _zones(tx)
    rows = tx.run(_READ, day=day_of(now - dt.timedelta(days=1), "UTC")).fetchall()
    return {at: orders for at, day, orders in rows if at in zones and day == day_of(now, zones[at])}


def claim(tx: Tx, places: Iterable[tuple[int, str, int | None]], now: dt.datetime) -> dict[int, int] | None:
    """Count an order at each (location id, time zone, orders it may be given today at most, or None); all or none.

    In key order, so that two orders never wait for each other in a circle. The limit is a condition of the statement that counts: of
    two orders that saw the same last room one gets it. Returns: the orders each was given today before this one; None, when a limit was
    reached.
    """
    taken: dict[int, tuple[int, int]] = {}
    for at, zone, most in sorted(places, key=lambda place: place[0]):
        day = day_of(now, zone)
        counted = tx.run(_CLAIM, location_id=at, day=day, most=NO_LIMIT if most is None else most).fetchone()
        if counted is None:
            for earlier, (its_day, _) in taken.items():
                tx.run(_GIVE_BACK, location_id=earlier, day=its_day)
            return None
        taken[at] = (day, counted[0] - 1)
    return {at: given for at, (_, given) in taken.items()}


def count_today(tx: Tx, now: dt.datetime) -> None:
    """Count today's decisions anew: while no rule asked, nobody counted."""
    zones = _zones(tx)
    newest = sa.select(RoutingDecision.chosen, RoutingDecision.at).order_by(RoutingDecision.order_id.desc()).limit(MOST_DECISIONS)
    found: Counter[int] = Counter()
    for chosen, at in tx.execute(newest):
        found.update({place for place, _ in unpack_takes(chosen) if place in zones and _is_today(at, now, zones[place])})
    rows = [{"location_id": at, "day": day_of(now, zone), "orders": found[at]} for at, zone in sorted(zones.items())]
    tx.run_many(_SET, rows)


def _zones(tx: Tx) -> dict[int, str]:
    return {row.id: row.time_zone for row in tx.execute(sa.select(Location.id, Location.time_zone))}


def _is_today(at: dt.datetime, now: dt.datetime, zone: str) -> bool:
    return day_of(at, zone) == day_of(now, zone)


def day_of(now: dt.datetime, time_zone: str) -> int:
    """The local day as YYYYMMDD."""
    local = now.astimezone(ZoneInfo(time_zone))
    return local.year * 10_000 + local.month * 100 + local.day
