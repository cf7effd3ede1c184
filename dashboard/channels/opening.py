"""Opening stock: what lay on the shelf before the first row of a history."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from dashboard.catalog import actions as catalog
from dashboard.catalog import lookup
from dashboard.catalog.commands import CreateSku
from dashboard.channels import reading
from dashboard.channels.cells import Cells
from dashboard.channels.history.sales import Place
from dashboard.channels.mapping import Mapping as FileMapping
from dashboard.inventory import balances
from dashboard.inventory.actions import no_stock, receive_stock
from dashboard.inventory.calendars import Calendar
from dashboard.inventory.commands import CreateLocation, ReceiveStock
from dashboard.inventory.locations import create_location
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

AT_ONCE = 500
_PLACE = Prepared(
    sqlite="SELECT id, cutoff, time_zone, working_days, holidays FROM location WHERE code = :code",
    postgresql="SELECT id, cutoff, time_zone, working_days, holidays FROM location WHERE code = %(code)s",
)


class Opening(NamedTuple):
    sku: str
    units: int


class Seen(NamedTuple):
    """What the file first says of a SKU. unit_price_e4: 1/10,000 of the currency."""

    name: str
    unit_price_e4: int
    currency: str


@dataclass(frozen=True)
class OpenPlace:
    """The location a history ships from, made where it is missing."""

    code: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class ReceiveOpening:
    """One part of an opening stock. seen: what the file says of its SKUs; kind_of: stock or service, for new ones."""

    channel: str
    place: Place
    location: str
    rows: Sequence[Opening]
    seen: Mapping[str, Seen]
    kind_of: Callable[[str], str]


def open_place(tx: Tx, command: OpenPlace, actor: Actor, now: dt.datetime) -> Place:
    """The location, made as a warehouse if there is none of that code. Raises: Invalid, for a malformed code."""
    found = tx.run(_PLACE, code=command.code).fetchone()
    if found is None:
        create_location(tx, CreateLocation(command.code, command.name, time_zone=command.time_zone), actor, now)
        found = tx.run(_PLACE, code=command.code).fetchone()
    return Place(found[0], Calendar(*found[1:]))


def receive_opening(tx: Tx, command: ReceiveOpening, actor: Actor, now: dt.datetime) -> int:
    """Put the units on the shelf, once per SKU and channel. Returns the units received; 0 units still make the balance.

    Raises: Invalid, for a kit: its parts are opened.
    """
    facts = lookup.skus(tx, {row.sku for row in command.rows})
    new = [_new(command, row.sku) for row in command.rows if row.sku not in facts]
    if new:
        catalog.create_skus(tx, new, actor, now)
        facts.update(lookup.skus(tx, [sku.code for sku in new]))
    if not tx.is_sqlite:  # in key order, before the file's order is followed: orders may come in meanwhile
        kept = [facts[row.sku].id for row in command.rows if facts[row.sku].kind == "stock"]
        balances.make(tx, [(sku_id, command.place.id) for sku_id in kept])
        balances.locked(tx, kept)
    units = 0
    for row in command.rows:
        if row.units:
            key = f"opening:{command.channel}:{command.location}:{row.sku}"
            receive_stock(tx, ReceiveStock(row.sku, command.location, row.units, "Opening stock", key), actor, now)
            units += row.units
        elif facts[row.sku].kind == "kit":
            raise no_stock(tx, facts[row.sku])
        else:
            balances.at(tx, facts[row.sku].id, command.place.id)
    return units


def _new(command: ReceiveOpening, code: str) -> CreateSku:
    seen = command.seen.get(code)
    if seen is None:
        return CreateSku(code, code, kind=command.kind_of(code))
    return CreateSku(code, seen.name.strip() and seen.name or code, kind=command.kind_of(code), unit_price_e4=seen.unit_price_e4,
                     currency=seen.currency)  # fmt: skip


def opening_rows(path: Path, mapping: FileMapping) -> Iterator[list[Opening]]:
    """The file's rows, some at a time.

    Raises: Invalid, for a missing column, a SKU named twice, or units that are no whole number from 0.
    """
    columns = (mapping.opening_stock.sku, mapping.opening_stock.units)
    layout = reading.examine(path, mapping.format, columns)
    names = [reading.folded(cell) for cell in layout.header]
    missing = [column for column in columns if reading.folded(column) not in names]
    if missing:
        raise Invalid(f"The opening stock lacks the column {', '.join(missing)}; it has {', '.join(layout.header)[:200]}.")
    places = [names.index(reading.folded(column)) for column in columns]
    rows = _parsed(layout, places, Cells(mapping.format))
    while part := list(islice(rows, AT_ONCE)):
        yield part


def _parsed(layout: reading.Layout, places: Sequence[int], cells: Cells) -> Iterator[Opening]:
    seen: set[str] = set()
    for record in reading.records(layout):
        if not any(record.cells):
            continue
        try:
            sku = lookup.folded(record.cells[places[0]])
            units = cells.quantity(record.cells[places[1]])
        except (IndexError, Invalid) as error:
            raise Invalid(f"Opening stock, line {record.line}: {error}") from None
        if units < 0 or sku in seen:
            raise Invalid(
                f"Opening stock, line {record.line}: {sku} {'has less than 0 units' if units < 0 else 'is named twice'}."
            )
        seen.add(sku)
        yield Opening(sku, units)
