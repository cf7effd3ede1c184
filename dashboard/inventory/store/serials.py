"""Serial numbers as they are read: found by code, where each is, and its whole life."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.model import Location
from dashboard.inventory.serial_model import Serial, SerialMovement
from dashboard.inventory.tracked_units import folded
from dashboard.kernel import text
from dashboard.kernel.errors import NotFound

MOST_SHOWN = 100


class SerialFacts(NamedTuple):
    """One serial number. location: the name of where it is; None when it is at none of ours."""

    id: int
    code: str
    sku: str
    name: str
    state: str
    location: str | None
    location_code: str | None
    order_id: int | None
    cause: str | None
    changed_at: dt.datetime


_SERIAL = (
    sa.select(
        Serial.id, Serial.code, Sku.code.label("sku"), Sku.name, Serial.state, Location.name.label("location"),
        Location.code.label("location_code"), Serial.order_id, Serial.cause, Serial.changed_at,
    )
    .join(Sku, Sku.id == Serial.sku_id)
    .outerjoin(Location, Location.id == Serial.location_id)
)  # fmt: skip


def find_serials(
    connection: sa.Connection, typed: str = "", sku_id: int | None = None, state: str = "", after: int = 0, limit: int = MOST_SHOWN
) -> list[SerialFacts]:
    """Serial numbers that begin with what was typed, of a SKU or in a state where asked; in the order they came in."""
    query = _SERIAL.where(Serial.id > after).order_by(Serial.id).limit(limit)
    code = folded(typed)
    if code:
        if text.trouble(code, 60):
            return []
        query = query.where(Serial.code >= code, Serial.code < code + "\U0010ffff")
    if sku_id is not None:
        query = query.where(Serial.sku_id == sku_id)
    if state:
        query = query.where(Serial.state == state)
    return [SerialFacts(*row) for row in connection.execute(query)]


def serial(connection: sa.Connection, serial_id: int) -> SerialFacts:
    """Raises: NotFound."""
    found = connection.execute(_SERIAL.where(Serial.id == serial_id)).first() if serial_id < 2**63 else None
    if found is None:
        raise NotFound("There is no such serial number.")
    return SerialFacts(*found)


def life(connection: sa.Connection, serial_id: int) -> list[Any]:
    """Every step of a serial number, newest first."""
    query = (
        sa.select(SerialMovement.__table__, Location.name.label("place"))
        .outerjoin(Location, Location.id == SerialMovement.location_id)
        .where(SerialMovement.serial_id == serial_id)
        .order_by(SerialMovement.id.desc())
    )
    return list(connection.execute(query))


def states_of(connection: sa.Connection, sku_id: int) -> dict[str, int]:
    """How many serial numbers of a SKU are in each state."""
    query = sa.select(Serial.state, sa.func.count()).where(Serial.sku_id == sku_id).group_by(Serial.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def numbers_on(connection: sa.Connection, work_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """[(id, code)] of the serial numbers that were picked or shipped, by fulfilment line id. work_ids: of the fulfilment orders."""
    query = sa.select(Serial.fulfilment_line_id, Serial.id, Serial.code)
    found: dict[int, list[tuple[int, str]]] = {}
    for line_id, *number in connection.execute(query.where(Serial.fulfilment_order_id.in_(work_ids)).order_by(Serial.code)):
        found.setdefault(line_id, []).append((number[0], number[1]))
    return found
