"""Create and change locations."""

import dataclasses
import datetime as dt
import re
import zoneinfo
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.inventory.calendars import WEEKDAYS, holidays_in
from dashboard.inventory.commands import CreateLocation, UpdateLocation
from dashboard.inventory.events import LocationChanged, LocationCreated
from dashboard.inventory.model import Location
from dashboard.kernel import clock, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.merge import merge
from dashboard.kernel.tx import Tx

KINDS = {"warehouse": "Warehouse", "store": "Store", "3pl": "3PL"}
FIELDS = ("name", "kind", "time_zone", "cutoff", "working_days", "holidays", "priority", "active")
"""What can change later; the code cannot."""
CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,19}")
LAST_MINUTE = 24 * 60 - 1


class SavedLocation(NamedTuple):
    """merged: fields somebody else changed meanwhile, kept as they made them."""

    id: int
    code: str
    version: int
    merged: tuple[str, ...] = ()


def create_location(tx: Tx, command: CreateLocation, actor: Actor, now: dt.datetime) -> SavedLocation:
    """Raises: Invalid, per field; Conflict, when the code is taken."""
    values = _checked({**dataclasses.asdict(command), "code": command.code.strip().upper()})
    if tx.execute(sa.select(Location.id).where(Location.code == values["code"])).first():
        message = f"There is a location {values['code']} already."
        raise Conflict(message, fields={"code": message})
    location = Location(**values, version=1)
    tx.orm.add(location)
    tx.flush()
    tx.record(LocationCreated(location.id, 1, location.code, location.name), actor, now)
    return SavedLocation(location.id, location.code, 1)


def update_location(tx: Tx, command: UpdateLocation, actor: Actor, now: dt.datetime) -> SavedLocation:
    """Change a location; what others changed meanwhile in other fields stays.

    Raises: NotFound; Invalid, per field; Conflict, where both changed the same field (facts: theirs, yours, version).
    """
    location = tx.orm.scalar(sa.select(Location).where(Location.code == command.code).with_for_update())
    if location is None:
        raise NotFound(f"There is no location {command.code[:20]}.", location=command.code[:20])
    theirs = {name: getattr(location, name) for name in FIELDS}
    wanted = _checked({**theirs, **command.values})
    stale = command.version != location.version
    merged = merge(command.base if stale else theirs, theirs, {name: wanted[name] for name in command.values})
    if merged.conflicts:
        raise _conflict(location, theirs, wanted, merged.conflicts)
    changes = {name: [theirs[name], value] for name, value in merged.values.items() if value != theirs[name]}
    if not changes:
        return SavedLocation(location.id, location.code, location.version)
    for name in changes:
        setattr(location, name, merged.values[name])
    location.version += 1
    location.updated_by, location.updated_at = actor.name, now
    tx.record(LocationChanged(location.id, location.version, location.code, changes), actor, now)
    kept = tuple(name for name in FIELDS if stale and command.base.get(name, theirs[name]) != theirs[name])
    return SavedLocation(location.id, location.code, location.version, kept)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """Raises: Invalid, with every complaint at once."""
    fields: dict[str, str] = {}
    if "code" in values and not CODE.fullmatch(values["code"]):
        fields["code"] = "A location code has 1 to 20 letters, digits, dots or dashes."
    if not values["name"].strip() or text.trouble(values["name"], 80):
        fields["name"] = "A location needs a name of at most 80 characters."
    if values["kind"] not in KINDS:
        fields["kind"] = f"Choose one of {', '.join(KINDS)}."
    if not _is_zone(values["time_zone"]):
        fields["time_zone"] = "That is no time zone; write it like Europe/London."
    if not 0 <= values["cutoff"] <= LAST_MINUTE:
        fields["cutoff"] = "A cut-off is a time of day."
    if not values["working_days"] or not set(values["working_days"]) <= set(WEEKDAYS):
        fields["working_days"] = "A location works on at least one day of the week."
    try:
        values["holidays"] = holidays_in(values["holidays"])
    except ValueError as error:
        fields["holidays"] = str(error)
    if not 1 <= values["priority"] <= 1000:
        fields["priority"] = "A priority is 1 (gives first) to 1000."
    if fields:
        raise Invalid(" ".join(fields.values()), fields=fields)
    return values


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return len(name) <= 40


def _conflict(location: Location, theirs: dict[str, Any], mine: dict[str, Any], names: tuple[str, ...]) -> Conflict:
    return Conflict(
        f"Location {location.code} was changed by somebody else meanwhile: {', '.join(names)}. Nothing was saved; choose which to keep.",
        version=location.version,
        theirs={name: theirs[name] for name in names},
        yours={name: mine[name] for name in names},
        changed_by=location.updated_by,
        changed_at=clock.iso(location.updated_at),
    )
