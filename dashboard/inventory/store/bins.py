"""Bins as they are read: the list of a location, one bin, and where one SKU lies."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.bin_model import Bin, BinMovement, BinStock
from dashboard.inventory.bin_rules import Held
from dashboard.inventory.model import Location, StockBalance
from dashboard.kernel import text
from dashboard.kernel.errors import NotFound

MOST_LOOSE = 50


class BinRow(NamedTuple):
    """A bin in a list. skus: how many lie in it; units: of all of them."""

    id: int
    code: str
    pick_order: int
    pickable: bool
    active: bool
    version: int
    skus: int
    units: int


class Content(NamedTuple):
    sku: str
    name: str
    units: int


class Loose(NamedTuple):
    """Units of a SKU that are on hand and in no bin: not put away yet, or picked and not shipped yet."""

    sku: str
    name: str
    units: int


class Lying(NamedTuple):
    """Units of one SKU in one bin."""

    location_id: int
    location: str
    code: str
    pickable: bool
    units: int


class Moved(NamedTuple):
    """One row of a bin's ledger. units: above 0 they came."""

    id: int
    at: dt.datetime
    sku: str
    kind: str
    units: int
    units_after: int
    cause: str | None
    actor_name: str


def bins(
    connection: sa.Connection, location_id: int, words: str = "", after: tuple[int, str] | None = None, limit: int = 100
) -> list[BinRow]:
    """The bins of a location in pick order, those after (pick order, code). words: the beginning of a code."""
    query = _with_units(location_id).limit(limit)
    if words:
        query = query.where(Bin.code.startswith(words.upper(), autoescape=True))
    if after:
        query = query.where(sa.or_(Bin.pick_order > after[0], sa.and_(Bin.pick_order == after[0], Bin.code > after[1])))
    return [BinRow(*row[:-1], int(row[-1])) for row in connection.execute(query)]


def by_codes(connection: sa.Connection, location_id: int, codes: Iterable[str]) -> list[BinRow]:
    """Those of these bins that the location has, in pick order."""
    query = _with_units(location_id).where(Bin.code.in_(sorted(set(codes))))
    return [BinRow(*row[:-1], int(row[-1])) for row in connection.execute(query)]


def _with_units(location_id: int) -> Any:
    filled = sa.select(BinStock.bin_id, sa.func.count().label("skus"), sa.func.sum(BinStock.units).label("units"))
    filled = filled.where(BinStock.units > 0).group_by(BinStock.bin_id).subquery()
    held = (sa.func.coalesce(filled.c.skus, 0), sa.func.coalesce(filled.c.units, 0))
    return (
        sa.select(Bin.id, Bin.code, Bin.pick_order, Bin.pickable, Bin.active, Bin.version, *held)
        .outerjoin(filled, filled.c.bin_id == Bin.id)
        .where(Bin.location_id == location_id)
        .order_by(Bin.pick_order, Bin.code)
    )


def bin_(connection: sa.Connection, location_id: int, code: str) -> Any:
    """The bin's row. Raises: NotFound."""
    query = sa.select(Bin.__table__).where(Bin.location_id == location_id, Bin.code == code.strip().upper())
    found = None if text.trouble(code, 30) else connection.execute(query).first()
    if found is None:
        raise NotFound(f"There is no bin {code[:30]} here.", bin=code[:30])
    return found


def find(connection: sa.Connection, location: str, code: str) -> Any:
    """The bin in use of this code at the location of that code, as scanned; None without one."""
    if text.trouble(code, 30) or text.trouble(location, 20):
        return None
    query = sa.select(Bin.code, Bin.pickable).join(Location, Location.id == Bin.location_id)
    return connection.execute(query.where(Location.code == location, Bin.code == code.strip().upper(), Bin.active)).first()


def contents(connection: sa.Connection, bin_id: int) -> list[Content]:
    query = sa.select(Sku.code, Sku.name, BinStock.units).join(Sku, Sku.id == BinStock.sku_id)
    return [Content(*row) for row in connection.execute(query.where(BinStock.bin_id == bin_id, BinStock.units > 0).order_by(Sku.code))]


def movements(connection: sa.Connection, bin_id: int, before: int | None = None, limit: int = 50) -> list[Moved]:
    """The bin's ledger, newest first, rows before this id."""
    columns = (
        BinMovement.id, BinMovement.at, Sku.code, BinMovement.kind, BinMovement.units, BinMovement.units_after, BinMovement.cause,
        BinMovement.actor_name,
    )  # fmt: skip
    query = sa.select(*columns).join(Sku, Sku.id == BinMovement.sku_id).where(BinMovement.bin_id == bin_id)
    if before is not None:
        query = query.where(BinMovement.id < before)
    return [Moved(*row) for row in connection.execute(query.order_by(BinMovement.id.desc()).limit(limit))]


def loose(connection: sa.Connection, location_id: int) -> list[Loose]:
    """What lies in no bin of the location, most units first; at most MOST_LOOSE SKUs."""
    put = sa.select(BinStock.sku_id, sa.func.sum(BinStock.units).label("units")).join(Bin, Bin.id == BinStock.bin_id)
    put = put.where(Bin.location_id == location_id).group_by(BinStock.sku_id).subquery()
    left = StockBalance.on_hand - sa.func.coalesce(put.c.units, 0)
    query = (
        sa.select(Sku.code, Sku.name, left)
        .select_from(StockBalance)
        .join(Sku, Sku.id == StockBalance.sku_id)
        .outerjoin(put, put.c.sku_id == StockBalance.sku_id)
        .where(StockBalance.location_id == location_id, left > 0)
        .order_by(left.desc(), Sku.code)
        .limit(MOST_LOOSE)
    )
    return [Loose(code, name, int(units)) for code, name, units in connection.execute(query)]


def lying(connection: sa.Connection, sku_id: int) -> list[Lying]:
    """Every bin with units of a SKU, in pick order."""
    query = (
        sa.select(Bin.location_id, Location.code, Bin.code, Bin.pickable, BinStock.units)
        .join(BinStock, BinStock.bin_id == Bin.id)
        .join(Location, Location.id == Bin.location_id)
        .where(BinStock.sku_id == sku_id, BinStock.units > 0)
        .order_by(Location.priority, Location.id, Bin.pick_order, Bin.code)
    )
    return [Lying(*row) for row in connection.execute(query)]


class Spots(NamedTuple):
    """The first bins in pick order that a SKU lies in: [(location's code, bin's code)]; more: how many others."""

    shown: list[tuple[str, str]]
    more: int


def spots(connection: sa.Connection, sku_ids: Iterable[int], shown: int = 2) -> dict[int, Spots]:
    """Where these SKUs lie, those in no bin left out."""
    query = (
        sa.select(BinStock.sku_id, Location.code, Bin.code)
        .join(Bin, Bin.id == BinStock.bin_id)
        .join(Location, Location.id == Bin.location_id)
        .where(BinStock.sku_id.in_(sorted(set(sku_ids))), BinStock.units > 0)
        .order_by(BinStock.sku_id, Location.priority, Bin.pick_order, Bin.code)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for sku_id, location, code in connection.execute(query):
        found.setdefault(sku_id, []).append((location, code))
    return {sku_id: Spots(places[:shown], max(0, len(places) - shown)) for sku_id, places in found.items()}


def newest(connection: sa.Connection, sku_id: int) -> int:
    """The id of the last movement of a SKU in any bin; 0 without one."""
    return connection.execute(sa.select(sa.func.coalesce(sa.func.max(BinMovement.id), 0)).where(BinMovement.sku_id == sku_id)).scalar_one()


def places_with_bins(connection: sa.Connection) -> set[int]:
    """Ids of the locations that have bins in use."""
    some = sa.exists().where(Bin.location_id == Location.id, Bin.active)
    return set(connection.execute(sa.select(Location.id).where(some)).scalars())


def held(connection: sa.Connection, sku_ids: Iterable[int], location_ids: Iterable[int]) -> dict[tuple[int, int], list[Held]]:
    """The bins with units of these SKUs at these locations, per (location id, SKU id)."""
    query = (
        sa.select(Bin.location_id, BinStock.sku_id, Bin.id, Bin.code, Bin.pickable, Bin.pick_order, BinStock.units)
        .join(BinStock, BinStock.bin_id == Bin.id)
        .where(BinStock.sku_id.in_(sorted(set(sku_ids))), Bin.location_id.in_(sorted(set(location_ids))), BinStock.units > 0)
    )
    found: dict[tuple[int, int], list[Held]] = {}
    for location_id, sku_id, *one in connection.execute(query):
        found.setdefault((location_id, sku_id), []).append(Held(*one))
    return found
