"""Lots as they are read: where they are, when they expire, how they moved, and which orders got them."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.lot_model import Lot, LotMovement, LotPick, LotStock
from dashboard.inventory.lot_rows import local_day
from dashboard.inventory.model import Location
from dashboard.inventory.tracked_units import earliest_first, is_expired
from dashboard.kernel.errors import NotFound

SOON = dt.timedelta(days=30)
MOST_SHOWN = 200


class Place(NamedTuple):
    """Units of a lot at one location. state: expired, soon (within SOON) or fresh, in that location's time."""

    location_id: int
    code: str
    name: str
    units: int
    picked: int
    set_aside: int
    state: str

    @property
    def free(self) -> int:
        return self.units - self.picked - self.set_aside


@dataclass(frozen=True)
class LotFacts:
    """One lot and where its units are."""

    id: int
    sku_id: int
    sku: str
    name: str
    code: str
    expires_on: dt.date
    received_at: dt.datetime
    places: list[Place] = field(default_factory=list)

    @property
    def units(self) -> int:
        return sum(place.units for place in self.places)

    @property
    def state(self) -> str:
        """Of its units, wherever they are: the worst."""
        states = {place.state for place in self.places if place.units}
        return next((state for state in ("expired", "soon") if state in states), "fresh")


class Got(NamedTuple):
    """What an order has of a lot. picked: taken for it and not shipped yet; returned: of those shipped."""

    order_id: int
    picked: int
    shipped: int
    returned: int
    last_at: dt.datetime


class Taken(NamedTuple):
    """Units of a lot for one fulfilment line: to be picked, or picked."""

    lot_id: int
    code: str
    expires_on: dt.date
    units: int


_LOT = sa.select(Lot.id, Lot.sku_id, Sku.code.label("sku"), Sku.name, Lot.code, Lot.expires_on, Lot.received_at).join(
    Sku, Sku.id == Lot.sku_id
)


def state_of(expires_on: dt.date, today: dt.date) -> str:
    if is_expired(expires_on, today):
        return "expired"
    return "soon" if expires_on <= today + SOON else "fresh"


def lots_of_sku(connection: sa.Connection, sku_id: int, now: dt.datetime) -> list[LotFacts]:
    """The lots of a SKU with units anywhere, the earliest expiry first; at most MOST_SHOWN."""
    stocked = sa.exists().where(LotStock.lot_id == Lot.id, LotStock.units > 0)
    query = _LOT.where(Lot.sku_id == sku_id, stocked).order_by(Lot.expires_on, Lot.id).limit(MOST_SHOWN)
    return _with_places(connection, list(connection.execute(query)), now)


def expiring(
    connection: sa.Connection, now: dt.datetime, within: dt.timedelta, after: tuple[dt.date, int] | None, limit: int
) -> list[LotFacts]:
    """Lots with units anywhere that expire within this time, or have expired, the earliest first. after: the last one's key."""
    stocked = sa.exists().where(LotStock.lot_id == Lot.id, LotStock.units > 0)
    query = _LOT.where(Lot.expires_on <= (now + within).date(), stocked).order_by(Lot.expires_on, Lot.id).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(Lot.expires_on, Lot.id) > sa.tuple_(sa.literal(after[0], sa.Date), sa.literal(after[1])))
    return _with_places(connection, list(connection.execute(query)), now)


def lot(connection: sa.Connection, lot_id: int, now: dt.datetime) -> LotFacts:
    """Raises: NotFound."""
    found = list(connection.execute(_LOT.where(Lot.id == lot_id))) if lot_id < 2**63 else []
    if not found:
        raise NotFound("There is no such lot.")
    return _with_places(connection, found, now)[0]


def _with_places(connection: sa.Connection, rows: list[Any], now: dt.datetime) -> list[LotFacts]:
    lots = {row.id: LotFacts(*row) for row in rows}
    query = (
        sa.select(
            LotStock.lot_id, Location.id, Location.code, Location.name, LotStock.units, LotStock.picked, LotStock.set_aside,
            Location.time_zone,
        )
        .join(Location, Location.id == LotStock.location_id)
        .where(LotStock.lot_id.in_(lots), LotStock.units > 0)
        .order_by(Location.priority, Location.id)
    )  # fmt: skip
    for lot_id, *place, zone in connection.execute(query) if lots else ():
        state = state_of(lots[lot_id].expires_on, local_day(now, zone))
        lots[lot_id].places.append(Place(*place, state))
    return list(lots.values())


def movements(connection: sa.Connection, lot_id: int) -> list[Any]:
    """The last steps of a lot, newest first; at most MOST_SHOWN."""
    query = (
        sa.select(LotMovement.__table__, Location.name.label("place"))
        .join(Location, Location.id == LotMovement.location_id)
        .where(LotMovement.lot_id == lot_id)
        .order_by(LotMovement.id.desc())
        .limit(MOST_SHOWN)
    )
    return list(connection.execute(query))


def recall(connection: sa.Connection, lot_id: int) -> list[Got]:
    """Which orders got units of a lot, or have them picked; the newest first. All of them: nobody may be missed."""
    moved = (
        sa.select(
            LotMovement.order_id,
            sa.literal(0).label("picked"),
            sa.case((LotMovement.units < 0, -LotMovement.units), else_=0).label("shipped"),
            sa.case((LotMovement.units > 0, LotMovement.units), else_=0).label("returned"),
            LotMovement.at.label("at"),
        )
        .where(LotMovement.lot_id == lot_id, LotMovement.order_id.is_not(None), LotMovement.kind.in_(("shipped", "returned")))
        .union_all(
            sa.select(LotPick.order_id, LotPick.units, sa.literal(0), sa.literal(0), sa.null()).where(
                LotPick.lot_id == lot_id, LotPick.shipped_at.is_(None), LotPick.units > 0
            )
        )
        .subquery()
    )
    sums = [sa.func.sum(moved.c[name]) for name in ("picked", "shipped", "returned")]
    query = sa.select(moved.c.order_id, *sums, sa.func.max(moved.c.at)).group_by(moved.c.order_id).order_by(moved.c.order_id.desc())
    return [Got(row[0], int(row[1]), int(row[2]), int(row[3]), row[4]) for row in connection.execute(query)]


def to_pick(
    connection: sa.Connection, location_id: int, wanted: Collection[tuple[int, int, int]], now: dt.datetime
) -> dict[int, list[Taken]]:
    """Which lots a picker is to take, by fulfilment line id. wanted: [(line id, SKU id, units still to pick)] of one location."""
    query = (
        sa.select(LotStock.sku_id, Lot.id, Lot.code, Lot.expires_on, LotStock.units - LotStock.picked - LotStock.set_aside)
        .join(Lot, Lot.id == LotStock.lot_id)
        .where(LotStock.location_id == location_id, LotStock.sku_id.in_({sku_id for _, sku_id, _ in wanted}), LotStock.units > 0)
        .order_by(Lot.expires_on, Lot.id)
    )
    zone = connection.execute(sa.select(Location.time_zone).where(Location.id == location_id)).scalar_one()
    today = local_day(now, zone)
    rows = [list(row) for row in connection.execute(query) if not is_expired(row.expires_on, today)]
    found: dict[int, list[Taken]] = {}
    for line_id, sku_id, units in wanted:
        here = {row[1]: row for row in rows if row[0] == sku_id}
        for lot_id, share in earliest_first([(row[1], row[4]) for row in here.values()], units):
            row = here[lot_id]
            row[4] -= share
            found.setdefault(line_id, []).append(Taken(lot_id, row[2], row[3], share))
    return found


def picked(connection: sa.Connection, line_ids: Collection[int]) -> Mapping[int, list[Taken]]:
    """Which lots were taken, by fulfilment line id."""
    query = (
        sa.select(LotPick.fulfilment_line_id, Lot.id, Lot.code, Lot.expires_on, LotPick.units)
        .join(Lot, Lot.id == LotPick.lot_id)
        .where(LotPick.fulfilment_line_id.in_(line_ids), LotPick.units > 0)
        .order_by(Lot.expires_on, Lot.id)
    )
    found: dict[int, list[Taken]] = {}
    for line_id, *lot_ in connection.execute(query):
        found.setdefault(line_id, []).append(Taken(*lot_))
    return found
