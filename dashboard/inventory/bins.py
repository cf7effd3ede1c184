"""Create bins, change them, take them out of use; and find them by what somebody typed or scanned."""

import datetime as dt
import re
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.inventory.bin_commands import CreateBins, UpdateBin
from dashboard.inventory.bin_events import BinChanged, BinCreated
from dashboard.inventory.bin_model import Bin, BinStock
from dashboard.inventory.bin_rules import LAST_ORDER
from dashboard.inventory.model import Location
from dashboard.kernel import clock, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx

CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,29}")
FIELDS = ("pick_order", "pickable", "active")
"""What can change later; the code is on a label."""
MOST_AT_ONCE = 200


class SavedBin(NamedTuple):
    id: int
    code: str
    version: int


class SavedBins(NamedTuple):
    codes: list[str]


def folded(code: str) -> str:
    """The one spelling of a bin's code."""
    return code.strip().upper()


def place_of(tx: Tx, code: str, actor: Actor) -> Any:
    """(id, code, name) of a location. Raises: NotFound; Forbidden, where this actor does not work."""
    query = sa.select(Location.id, Location.code, Location.name).where(Location.code == code)
    found = None if text.trouble(code, 20) else tx.execute(query).first()
    if found is None:
        message = f"There is no location {code[:20]}."
        raise NotFound(message, location=code[:20], fields={"location": message})
    reach.assert_location(actor, found.code)
    return found


def bin_at(tx: Tx, place: Any, code: str, field: str = "bin") -> Any:
    """(id, code, pickable, pick_order, active) of a bin of this location; it stays as it is until the end of this transaction.

    Raises: Invalid (fields: `field`), for a code that is no bin here, another location's or one that is not in use.
    """
    code = folded(code)
    if not code:
        raise Invalid("Scan or type a bin.", fields={field: "Scan or type a bin."})
    query = sa.select(Bin.id, Bin.code, Bin.pickable, Bin.pick_order, Bin.active)
    found = None
    if not text.trouble(code, 30):
        found = tx.execute(query.where(Bin.location_id == place.id, Bin.code == code).with_for_update(read=True)).first()
    if found is None:
        message = _no_such_bin(tx, place, code)
        raise Invalid(message, fields={field: message})
    if not found.active:
        message = f"Bin {found.code} is not in use; choose another."
        raise Invalid(message, fields={field: message})
    return found


def _no_such_bin(tx: Tx, place: Any, code: str) -> str:
    others = sa.select(Location.name).join(Bin, Bin.location_id == Location.id).where(Bin.code == code).limit(1)
    elsewhere = None if text.trouble(code, 30) else tx.execute(others).scalar()
    return f"There is no bin {code[:30]} at {place.name}" + (f"; it is at {elsewhere}." if elsewhere else ".")


def create_bins(tx: Tx, command: CreateBins, actor: Actor, now: dt.datetime) -> SavedBins:
    """Make bins of one location, all or none.

    Raises: NotFound, for the location; Invalid, per field; Conflict, when codes are taken (facts: codes); Forbidden, elsewhere.
    """
    place = place_of(tx, command.location, actor)
    codes = list(dict.fromkeys(folded(code) for code in command.codes if code.strip()))
    _check(codes, command.pick_order)
    taken = tx.execute(sa.select(Bin.code).where(Bin.location_id == place.id, Bin.code.in_(codes)).order_by(Bin.code)).scalars().all()
    if taken:
        message = f"There is a bin {', '.join(taken[:5])} at {place.name} already."
        raise Conflict(message, codes=list(taken), fields={"codes": message})
    bins = [
        Bin(location_id=place.id, code=code, pick_order=command.pick_order + step, pickable=command.pickable, active=True, version=1)
        for step, code in enumerate(codes)
    ]
    tx.orm.add_all(bins)
    tx.flush()
    for bin_ in bins:
        tx.record(BinCreated(bin_.id, 1, bin_.code, place.code), actor, now)
    return SavedBins(codes)


def _check(codes: list[str], pick_order: int) -> None:
    """Raises: Invalid, with every complaint at once."""
    fields: dict[str, str] = {}
    if not 1 <= len(codes) <= MOST_AT_ONCE:
        fields["codes"] = f"Name 1 to {MOST_AT_ONCE} bins."
    elif wrong := [code[:30] for code in codes if not CODE.fullmatch(code)]:
        fields["codes"] = f"{', '.join(wrong[:5])}: a bin's code has 1 to 30 letters, digits, dots or dashes."
    if not 0 <= pick_order <= LAST_ORDER - len(codes):
        fields["pick_order"] = f"A pick order is 0 (first) to {LAST_ORDER}."
    if fields:
        raise Invalid(" ".join(fields.values()), fields=fields)


def update_bin(tx: Tx, command: UpdateBin, actor: Actor, now: dt.datetime) -> SavedBin:
    """Change a bin. What lies in it stays where it is: its kind changes, and it goes out of use, only while it is empty.

    Raises: NotFound; Invalid, per field; Conflict, when somebody changed it meanwhile (facts: theirs, version) or it is not empty
    (facts: units); Forbidden, elsewhere.
    """
    place = place_of(tx, command.location, actor)
    query = sa.select(Bin).where(Bin.location_id == place.id, Bin.code == folded(command.code)).with_for_update()
    bin_ = None if text.trouble(command.code, 30) else tx.orm.scalar(query)
    if bin_ is None:
        raise NotFound(f"There is no bin {command.code[:30]} at {place.name}.", bin=command.code[:30])
    if not 0 <= command.pick_order <= LAST_ORDER:
        message = f"A pick order is 0 (first) to {LAST_ORDER}."
        raise Invalid(message, fields={"pick_order": message})
    changes = {name: [getattr(bin_, name), getattr(command, name)] for name in FIELDS if getattr(bin_, name) != getattr(command, name)}
    if command.version != bin_.version and changes:
        raise _changed(bin_)
    if not changes:
        return SavedBin(bin_.id, bin_.code, bin_.version)
    if changes.keys() & {"pickable", "active"}:
        _check_empty(tx, bin_)
    for name, (_, after) in changes.items():
        setattr(bin_, name, after)
    bin_.version += 1
    bin_.updated_by, bin_.updated_at = actor.name, now
    tx.record(BinChanged(bin_.id, bin_.version, bin_.code, place.code, changes), actor, now)
    return SavedBin(bin_.id, bin_.code, bin_.version)


def _check_empty(tx: Tx, bin_: Bin) -> None:
    units = tx.execute(sa.select(sa.func.coalesce(sa.func.sum(BinStock.units), 0)).where(BinStock.bin_id == bin_.id)).scalar_one()
    if units:
        message = f"{int(units):,} units lie in {bin_.code}; move them out first."
        raise Conflict(message, units=int(units), fields={"active": message})


def _changed(bin_: Bin) -> Conflict:
    who = bin_.updated_by or "somebody else"
    return Conflict(
        f"Bin {bin_.code} was changed by {who} meanwhile. Nothing was saved; look at it again.",
        version=bin_.version,
        theirs={name: getattr(bin_, name) for name in FIELDS},
        changed_by=bin_.updated_by,
        changed_at=clock.iso(bin_.updated_at),
    )
