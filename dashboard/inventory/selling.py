"""Set what a channel may sell, and how many units of a SKU may be sold before they are here."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.catalog.model import Sku
from dashboard.inventory.channel_model import ChannelBuffer, ChannelLocation, ChannelRule, SkuBackorder
from dashboard.inventory.model import Location
from dashboard.inventory.selling_commands import POLICIES, SetChannelRule, SetSelling
from dashboard.inventory.selling_events import ChannelRuleSet, SellingSet
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

_RULE, _PLACE, _BUFFER, _WAIT = (
    ChannelRule.__table__,
    ChannelLocation.__table__,
    ChannelBuffer.__table__,
    SkuBackorder.__table__,
)
_UNITS = f"0 to {MOST_UNITS} units"


def set_channel_rule(tx: Tx, command: SetChannelRule, actor: Actor, now: dt.datetime) -> int:
    """Replace the channel's rule. Returns its version.

    Raises: Invalid, per field; Conflict, when it was changed meanwhile (facts: version).
    """
    places, skus = _check_rule(tx, command)
    rule_id, version = _rule(tx, command.channel)
    if command.version is not None and command.version != version:
        raise Conflict(f"The rule of {command.channel} was changed meanwhile; read it again.", version=version)
    tx.execute(sa.delete(_PLACE).where(_PLACE.c.rule_id == rule_id))
    tx.execute(sa.delete(_BUFFER).where(_BUFFER.c.rule_id == rule_id))
    if places:
        tx.execute(sa.insert(_PLACE), [{"rule_id": rule_id, "location_id": place} for place in sorted(places.values())])
    if skus:
        rows = [{"rule_id": rule_id, "sku_id": skus[code], "units": units} for code, units in _folded(command.buffers).items()]
        tx.execute(sa.insert(_BUFFER), sorted(rows, key=lambda row: row["sku_id"]))
    _touch(tx, rule_id, version, actor, now, buffer=command.buffer)
    tx.record(
        ChannelRuleSet(rule_id, version + 1, command.channel, sorted(places), command.buffer, _folded(command.buffers)), actor, now
    )
    return version + 1


def set_selling(tx: Tx, command: SetSelling, actor: Actor, now: dt.datetime) -> bool:
    """Set a SKU's backorder policy and its buffer per channel. Returns whether anything changed.

    Raises: NotFound; Invalid, per field; Conflict, when it was changed meanwhile (facts: theirs).
    """
    _check_selling(command)
    sku = lookup.skus(tx, [lookup.folded(command.sku)]).get(lookup.folded(command.sku))
    if sku is None:
        raise NotFound(f"There is no SKU {command.sku[:64]}.")
    tx.execute(_if_new(tx, _WAIT, ["sku_id"], {"sku_id": sku.id, "policy": "default", "cap": None, "open_units": 0, "version": 1}))
    row = tx.execute(sa.select(_WAIT).where(_WAIT.c.sku_id == sku.id).with_for_update()).one()
    before = (row.policy, row.cap, buffers_of(tx.connection, sku.id, command.buffers))
    after = (command.policy, command.cap, dict(command.buffers))
    if after == before:
        return False
    if before != (command.base[0], command.base[1], dict(command.base[2])):
        raise Conflict(f"Somebody has changed how {sku.code} is sold meanwhile. Nothing was saved.", theirs=_said(before))
    tx.execute(
        sa.update(_WAIT).where(_WAIT.c.sku_id == sku.id).values(policy=command.policy, cap=command.cap, version=row.version + 1)
    )
    for channel, units in sorted(command.buffers.items()):
        if units != before[2][channel]:
            _set_buffer(tx, sku.id, channel, units, actor, now)
    tx.record(SellingSet(sku.id, row.version + 1, sku.code, _said(before), _said(after)), actor, now)
    return True


def buffers_of(connection: sa.Connection, sku_id: int, channels: Any) -> dict[str, int | None]:
    """The SKU's own buffer in each of these channels, None where it has none."""
    query = (
        sa.select(ChannelRule.channel, ChannelBuffer.units)
        .join(ChannelBuffer, ChannelBuffer.rule_id == ChannelRule.id)
        .where(ChannelBuffer.sku_id == sku_id, ChannelRule.channel.in_(list(channels)))
    )
    return dict.fromkeys(channels) | {row.channel: row.units for row in connection.execute(query)}


def _said(state: tuple[str, int | None, Mapping[str, int | None]]) -> dict[str, Any]:
    return {"policy": state[0], "cap": state[1], "buffers": dict(state[2])}


def _set_buffer(tx: Tx, sku_id: int, channel: str, units: int | None, actor: Actor, now: dt.datetime) -> None:
    rule_id, version = _rule(tx, channel)
    tx.execute(sa.delete(_BUFFER).where(_BUFFER.c.rule_id == rule_id, _BUFFER.c.sku_id == sku_id))
    if units is not None:
        tx.execute(sa.insert(_BUFFER).values(rule_id=rule_id, sku_id=sku_id, units=units))
    _touch(tx, rule_id, version, actor, now)


def _rule(tx: Tx, channel: str) -> tuple[int, int]:
    """(id, version) of the channel's rule, locked, made if it is new."""
    tx.execute(_if_new(tx, _RULE, ["channel"], {"channel": channel, "buffer": 0, "version": 0}))
    found = tx.execute(sa.select(_RULE.c.id, _RULE.c.version).where(_RULE.c.channel == channel).with_for_update()).one()
    return found.id, found.version


def _touch(tx: Tx, rule_id: int, version: int, actor: Actor, now: dt.datetime, **values: Any) -> None:
    changed = {"version": version + 1, "updated_by": actor.name, "updated_at": now, **values}
    tx.execute(sa.update(_RULE).where(_RULE.c.id == rule_id).values(**changed))


def _if_new(tx: Tx, table: Any, key: list[str], values: dict[str, Any]) -> Any:
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    return dialect.insert(table).values(values).on_conflict_do_nothing(index_elements=key)


def _folded(buffers: Mapping[str, int]) -> dict[str, int]:
    return {lookup.folded(code): units for code, units in buffers.items()}


def _check_rule(tx: Tx, command: SetChannelRule) -> tuple[dict[str, int], dict[str, int]]:
    """({code: location id}, {code: SKU id}). Raises: Invalid, with every complaint at once."""
    fields: dict[str, str] = {}
    if not command.channel or text.trouble(command.channel, 40):
        fields["channel"] = "1 to 40 characters"
    if not 0 <= command.buffer <= MOST_UNITS:
        fields["buffer"] = _UNITS
    places = dict(tx.execute(sa.select(Location.code, Location.id).where(Location.code.in_(_askable(command.locations)))).all())
    fields |= {f"locations.{index}": "unknown location" for index, code in enumerate(command.locations) if code not in places}
    wanted = _folded(command.buffers)
    skus = dict(tx.execute(sa.select(Sku.code, Sku.id).where(Sku.code.in_(_askable(wanted)))).all())
    fields |= {f"buffers.{code[:64]}": "unknown SKU" for code in wanted if code not in skus}
    fields |= {f"buffers.{code[:64]}": _UNITS for code, units in wanted.items() if not 0 <= units <= MOST_UNITS}
    if fields:
        raise Invalid("The rule cannot be set: " + "; ".join(f"{name}: {why}" for name, why in fields.items()) + ".", fields=fields)
    return places, skus


def _askable(codes: Any) -> list[str]:
    return [code for code in codes if not text.trouble(code, 64)]


def _check_selling(command: SetSelling) -> None:
    fields: dict[str, str] = {}
    if command.policy not in POLICIES:
        fields["policy"] = f"one of {', '.join(POLICIES)}"
    if command.cap is not None and not 0 <= command.cap <= MOST_UNITS:
        fields["cap"] = f"{_UNITS}, or none for any number"
    for channel, units in command.buffers.items():
        if units is not None and not 0 <= units <= MOST_UNITS:
            fields[f"buffer-{channel}"] = f"{_UNITS}, or none for the channel's own"
    if fields:
        raise Invalid("; ".join(f"{name}: {why}" for name, why in fields.items()) + ".", fields=fields)
