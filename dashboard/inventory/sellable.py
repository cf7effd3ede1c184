"""What a channel may sell: its locations, less safety stock and buffers. Decides inside a transaction, and tells readers."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import KitComponent, Sku
from dashboard.inventory import kits
from dashboard.inventory.balances import Balance
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.model import Location, StockBalance
from dashboard.inventory.rules import Shelf
from dashboard.kernel import clock, jsontext
from dashboard.kernel.statements import Prepared, run
from dashboard.kernel.tx import Tx

_RULE = """SELECT 'rule', 0, buffer FROM channel_rule WHERE channel = {channel}
 UNION ALL SELECT 'location', l.location_id, 0 FROM channel_rule r JOIN channel_location l ON l.rule_id = r.id WHERE r.channel = {channel}
 UNION ALL SELECT 'sku', b.sku_id, b.units FROM channel_rule r JOIN channel_buffer b ON b.rule_id = r.id WHERE r.channel = {channel}
 AND b.sku_id IN ({skus})"""
_LIMITS = Prepared(
    sqlite=_RULE.format(channel=":channel", skus="SELECT value FROM json_each(:skus)"),
    postgresql=_RULE.format(channel="%(channel)s", skus="SELECT json_array_elements_text(%(skus)s::json)::bigint"),
)
AVAILABLE = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine


class Limits(NamedTuple):
    """What the rule of one channel says. locations: ids, empty for all; buffers: units per SKU id where it is not `buffer`."""

    buffer: int = 0
    locations: frozenset[int] = frozenset()
    buffers: Mapping[int, int] = {}

    def shelf(self, sku_id: int, shelf: Shelf) -> Shelf:
        """Of [(location id, units)], best first, what the channel may sell: the worst locations keep the buffer."""
        keep = self.buffers.get(sku_id, self.buffer)
        found: list[tuple[int, int]] = []
        for location, units in reversed(shelf):
            if self.locations and location not in self.locations:
                continue
            kept = min(keep, units)
            keep -= kept
            found.append((location, units - kept))
        return found[::-1]


class Sellable(NamedTuple):
    """units: from stock. backorder: units that may still be sold before they are here, None for any number."""

    units: int
    backorder: int | None = 0

    @property
    def total(self) -> int:
        """Units the channel may sell as far as they are counted; where any number may wait, those of the stock."""
        return self.units + (self.backorder or 0)


class Terms(NamedTuple):
    """On what terms an order asks. channel: whose rule counts, "" for none. sold: its units are sold already, so that neither safety
    stock nor a channel's rule holds anything back. day: SKUs on preorder after it give nothing; None to take them all the same.
    """

    channel: str = ""
    sold: bool = False
    day: dt.date | None = None


def shelves(
    tx: Tx, stock: Mapping[int, Sequence[Balance]], terms: Terms, kept: Mapping[tuple[int, int], int]
) -> dict[int, Shelf]:
    """Per SKU id [(location id, units)] an order may take of these locked balances on its terms, best location first.

    Without a rule of any channel in the shop this asks the database nothing. kept: units per (SKU id, location id) held for this
    order: they were promised, whatever the rules say by now.
    """
    channel, sold, day = terms
    found: dict[int, Shelf] = {
        sku: []
        if day is not None and rows[0].is_on_preorder(day)
        else [(balance.location_id, balance.givable if sold else balance.sellable) for balance in rows]
        for sku, rows in stock.items()
    }
    if channel and not sold and any(balance.ruled for rows in stock.values() for balance in rows):
        limits = limits_of(tx.connection, channel, stock)
        found = {sku: limits.shelf(sku, shelf) for sku, shelf in found.items()}
    return {sku: _with(found[sku], rows, kept) for sku, rows in stock.items()} if kept else found


def _with(shelf: Shelf, rows: Sequence[Balance], kept: Mapping[tuple[int, int], int]) -> Shelf:
    """The shelf and what is kept beside it, in the order of the balances."""
    units = dict(shelf)
    places = ((balance.location_id, kept.get((balance.sku_id, balance.location_id), 0)) for balance in rows)
    return [(place, units.get(place, 0) + more) for place, more in places if place in units or more]


def limits_of(connection: sa.Connection, channel: str, sku_ids: Iterable[int]) -> Limits:
    """The rule of a channel as far as it is about these SKUs; one statement, because orders wait for it."""
    rows = run(connection, _LIMITS, channel=channel, skus=jsontext.encode(sorted(set(sku_ids)))).fetchall()
    return Limits(
        next((units for what, _, units in rows if what == "rule"), 0),
        frozenset(location for what, location, _ in rows if what == "location"),
        {sku: units for what, sku, units in rows if what == "sku"},
    )


def of_channel(connection: sa.Connection, channel: str, sku_ids: Iterable[int]) -> dict[int, Sellable]:
    """What the channel may sell of each of these SKUs now: max(0, available - safety - buffer) and the backorders left.

    A kit: as many as one location after another can give whole. Of a SKU on preorder nothing is on the shelf yet, whatever lies there.
    """
    ids, today = sorted(set(sku_ids)), clock.now().date()
    parts = _parts(connection, ids)
    stocked = sorted({*ids, *(part for recipe in parts.values() for part in recipe)})
    limits = limits_of(connection, channel, stocked)
    raw: dict[int, list[tuple[int, int]]] = {sku: [] for sku in stocked}
    waits = {row.sku_id: row for row in connection.execute(sa.select(SkuBackorder.__table__).where(SkuBackorder.sku_id.in_(stocked)))}
    later = {sku for sku, row in waits.items() if row.preorder_from is not None and row.preorder_from > today}
    for row in connection.execute(_shelf_query(stocked)):
        if row.sku_id not in later:
            raw[row.sku_id].append((row.location_id, max(0, row.available - row.safety)))
    places = {sku: dict(limits.shelf(sku, shelf)) for sku, shelf in raw.items()}
    return {sku: Sellable(_units(sku, parts, places, later), _backorder(waits.get(sku), today)) for sku in ids}


def _units(sku: int, parts: Mapping[int, dict[int, int]], places: Mapping[int, dict[int, int]], later: set[int]) -> int:
    """What the shelves give of a SKU; nothing of one on preorder (later), be it a kit whose parts are all there."""
    if sku in later:
        return 0
    return sum((kits.sellable(parts[sku], places) if sku in parts else places[sku]).values())


def _parts(connection: sa.Connection, sku_ids: list[int]) -> dict[int, dict[int, int]]:
    """{kit: {part: units}} of those that are kits."""
    found: dict[int, dict[int, int]] = {}
    columns = KitComponent.kit_id, KitComponent.part_id, KitComponent.units
    for kit, part, units in connection.execute(sa.select(*columns).where(KitComponent.kit_id.in_(sku_ids))):
        found.setdefault(kit, {})[part] = units
    return found


def add_to(items: Iterable[dict[str, Any]], connection: sa.Connection, channel: str) -> None:
    """Write into balances (plain values, with `sku`) what the channel may sell of their SKUs, as `sellable`."""
    rows = list(items)
    ids = dict(connection.execute(sa.select(Sku.code, Sku.id).where(Sku.code.in_({row["sku"] for row in rows}))).all())
    found = of_channel(connection, channel, ids.values())
    for row in rows:
        row["sellable"] = found[ids[row["sku"]]].total


def _shelf_query(sku_ids: list[int]) -> Any:
    return (
        sa.select(StockBalance.sku_id, StockBalance.location_id, AVAILABLE.label("available"), StockBalance.safety)
        .join(Location, Location.id == StockBalance.location_id)
        .where(StockBalance.sku_id.in_(sku_ids), Location.active)
        .order_by(Location.priority, Location.id)
    )


def _backorder(row: Any, today: dt.date) -> int | None:
    """Units that may still wait. A SKU nobody decided about promises none: it only waits when an order asks for that."""
    if row is None:
        return 0
    if row.preorder_from is not None and row.preorder_from > today:
        return None if row.preorder_cap is None else max(0, row.preorder_cap - row.open_units)
    if row.policy != "allowed":
        return 0
    return None if row.cap is None else max(0, row.cap - row.open_units)
