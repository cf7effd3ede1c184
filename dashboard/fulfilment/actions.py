"""What the warehouse does with a fulfilment order: release, pick, pack, ship."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from dashboard.fulfilment import backorders, early, kits, locking, parcels, rules, services, tracked, work
from dashboard.fulfilment.commands import PackUnits, PickUnits, ReleaseWork, ShipParcel, ShortPick
from dashboard.fulfilment.events import ParcelShipped
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.fulfilment.work import Work
from dashboard.inventory import allocation, putting
from dashboard.inventory.commands import Take
from dashboard.inventory.putting import Picked
from dashboard.kernel import crash, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders import derive, together
from dashboard.orders.commands import OpenException
from dashboard.orders.counters import UnitMove, move_units
from dashboard.orders.exceptions import open_exception
from dashboard.routing import refusals

_HOLDS = Prepared(
    sqlite="SELECT open_holds, version FROM orders WHERE id = :id", postgresql="SELECT open_holds, version FROM orders WHERE id = %(id)s"
)


def release_work(tx: Tx, command: ReleaseWork, actor: Actor, now: dt.datetime) -> int:
    """Send it to the pickers; with them already, it stays as it is. Returns the order's version.

    Raises: Conflict, while the order is held (facts: holds), waits to ship together (facts: waiting), has items on preorder (facts:
    preorder) or changed; IllegalTransition.
    """
    order = work.read(tx, command.id, command.version, actor)
    holds, version = tx.run(_HOLDS, id=order.order_id).fetchone()
    if order.status == "released":
        return version
    if holds:
        raise Conflict("This order is on hold; release its hold before it goes to the warehouse.", holds=holds)
    together.check_whole(tx, order.order_id)
    early.check(tx, order.id, order.order_id, now)
    work.advance(tx, order, "released", sum(line.units for line in order.lines), actor, now)
    crash.point("release_advanced")
    return derive.rederive(tx, order.order_id, actor, now)


def pick_units(tx: Tx, command: PickUnits, actor: Actor, now: dt.datetime) -> int:
    """Count units as picked; the last one makes it picked. Returns the order's new version.

    Raises: Invalid, for more than is asked for, or serial numbers that are missing or not here; Conflict, when changed, or when
    somebody else has taken the lot; IllegalTransition, when it is not released.
    """
    order = work.read(tx, command.id, command.version, actor)
    picked = _asked(order, command.units, {line.id: line.units - line.picked for line in order.lines}, "picked")
    complete = all(line.picked + picked.get(line.id, 0) == line.units for line in order.lines)
    if complete or order.status != "picking":
        rules.WORK.check(order.status, "picked" if complete else "picking")
    putting.pick(tx, _out_of_bins(order, picked, command.told), actor, now)
    tracked.take(tx, order, picked, command.given, actor, now)
    _count(tx, picked, "picked")
    crash.point("pick_counted")
    done = kits.steps(order.lines, "picked", picked)
    move_units(tx, [UnitMove(line_id, units, "allocated", "picked") for line_id, units in done.items()])
    work.advance(tx, order, "picked" if complete else "picking", sum(picked.values()), actor, now)
    return derive.rederive(tx, order.order_id, actor, now)


def _out_of_bins(order: Work, picked: Mapping[int, int], told: Mapping[int, Sequence[str]]) -> Picked:
    units: dict[int, int] = {}
    codes: dict[int, list[str]] = {}
    for line in order.lines:
        if line.id in picked:
            units[line.sku_id] = units.get(line.sku_id, 0) + picked[line.id]
            codes.setdefault(line.sku_id, []).extend(told.get(line.id, ()))
    return Picked(order.location_id, units, codes, f"fulfilment_order:{order.id}")


def short_pick(tx: Tx, command: ShortPick, actor: Actor, now: dt.datetime) -> int:
    """Close picking with what was found: the rest is set aside for a count and sent by others, or waits. Returns the order's new version.

    Of a kit only whole ones go on: parts that were picked for one that cannot be completed go back to the shelf.

    Raises: Invalid, for an unknown reason; Conflict; IllegalTransition.
    """
    if command.reason not in rules.SHORT_REASONS:
        raise Invalid(f"Choose why: {', '.join(rules.SHORT_REASONS)}.", fields={"reason": "unknown reason"})
    order = work.read(tx, command.id, command.version, actor)
    missing = [(line, line.units - line.picked) for line in order.lines if line.units > line.picked]
    if not missing:
        raise Conflict("Nothing is missing: every unit is picked.")
    wanted, found = kits.whole(order.lines, "units"), kits.whole(order.lines, "picked")
    kept = {line.id: found[line.order_line_id] * (line.per or 1) for line in order.lines}
    picked = sum(kept.values())
    after = rules.WORK.check(order.status, "picked" if picked else "rejected")
    locking.lock_lines(tx, set(wanted))
    tx.run_many(_KEEP, [{"id": line_id, "units": units} for line_id, units in sorted(kept.items())])
    takes = [Take(line.order_line_id, line.sku_id, order.location_id, units) for line, units in missing]
    bucket = "damaged" if command.reason == "damaged" else "quarantine"
    allocation.set_aside(tx, takes, order.order_id, bucket, f"short_{command.reason}", actor, now)
    back = [(line, line.picked - kept[line.id]) for line in order.lines]
    spare = [Take(line.order_line_id, line.sku_id, order.location_id, units) for line, units in back if units]
    allocation.release(tx, spare, order.order_id, actor, now, reason="kit_incomplete")
    if after == "picked":  # else all of it is given back below
        tracked.give_back(tx, order, {line.id: units for line, units in back}, actor, now)
    move_units(tx, [UnitMove(id_, count - found[id_], "allocated", "backordered") for id_, count in wanted.items()])
    work.advance(tx, order, after, picked, actor, now, reason=command.reason)
    refusals.refuse(tx, order.order_id, order.location_id, refusals.SHORT, command.reason, now)
    backorders.resource(tx, order.order_id, {id_ for id_ in wanted if wanted[id_] > found[id_]}, refusals.SHORT, actor, now)
    return derive.rederive(tx, order.order_id, actor, now)


def pack_units(tx: Tx, command: PackUnits, actor: Actor, now: dt.datetime) -> int:
    """Verify and pack units; the last one makes it packed. Returns the order's new version.

    Raises: Invalid, for more than was picked; Conflict, when changed; IllegalTransition, when it is not picked.
    """
    order = work.read(tx, command.id, command.version, actor)
    packed = _asked(order, command.units, {line.id: line.picked - line.packed for line in order.lines}, "packed")
    complete = all(line.packed + packed.get(line.id, 0) == line.units for line in order.lines)
    if complete or order.status != "packing":
        rules.WORK.check(order.status, "packed" if complete else "packing")
    _count(tx, packed, "packed")
    crash.point("pack_counted")
    done = kits.steps(order.lines, "packed", packed)
    move_units(tx, [UnitMove(line_id, units, "picked", "packed") for line_id, units in done.items()])
    if command.errors:
        tx.execute(
            sa.update(FulfilmentOrder)
            .where(FulfilmentOrder.id == order.id)
            .values(pack_errors=FulfilmentOrder.pack_errors + command.errors)
        )
        summary = f"{order.number}: packing found {command.errors} wrong {'item' if command.errors == 1 else 'items'}"
        open_exception(tx, OpenException("pack_error", summary, order.order_id, {}, key=f"pack_error:{order.id}"), actor, now)
    work.advance(tx, order, "packed" if complete else "packing", sum(packed.values()), actor, now)
    return derive.rederive(tx, order.order_id, actor, now)


def ship_parcel(tx: Tx, command: ShipParcel, actor: Actor, now: dt.datetime) -> int:
    """Hand the packed units to the carrier: they leave on hand here. Returns the parcel's id.

    Raises: Invalid, without carrier or tracking number; Conflict, while held or changed; IllegalTransition, when it is not packed.
    """
    carrier, number = command.carrier.strip(), command.tracking_number.strip()
    fields = {}
    for name, value, most in (("carrier", carrier, 40), ("tracking_number", number, 60)):
        if not value:
            fields[name] = "required"
        elif trouble := text.trouble(value, most):
            fields[name] = trouble
    if fields:
        raise Invalid("Give the carrier and the tracking number of the parcel.", fields=fields)
    order = work.read(tx, command.id, command.version, actor)
    rules.WORK.check(order.status, "shipped")
    if tx.run(_HOLDS, id=order.order_id).fetchone()[0]:
        raise Conflict("This order is on hold; release its hold before it is shipped.")
    units = sum(line.packed for line in order.lines)
    takes = [Take(line.order_line_id, line.sku_id, order.location_id, line.packed) for line in order.lines if line.packed]
    allocation.ship(tx, takes, order.order_id, f"fulfilment_order:{order.id}", actor, now)
    crash.point("ship_stock_gone")
    packed = kits.whole(order.lines, "packed")
    move_units(tx, [UnitMove(line_id, count, "packed", "shipped") for line_id, count in packed.items()])
    parcel_id = parcels.hand_over(tx, order, replace(command, carrier=carrier, tracking_number=number), now)
    work.advance(tx, order, "shipped", units, actor, now)
    services.ship_services(tx, order.order_id)
    derive.rederive(tx, order.order_id, actor, now)
    tx.record(
        ParcelShipped(
            id=parcel_id,
            version=1,
            order_id=order.order_id,
            number=order.number,
            location_id=order.location_id,
            carrier=carrier,
            tracking_number=number,
            units=units,
        ),
        actor,
        now,
    )
    return parcel_id


def _asked(order: Work, asked: Mapping[int, int] | None, left: Mapping[int, int], what: str) -> dict[int, int]:
    """{fulfilment line id: units} of this step.

    Raises: Invalid, for a line that is not here, nothing at all, or more than is left.
    """
    if asked is None:
        found = {line_id: units for line_id, units in left.items() if units}
    else:
        found = {line_id: units for line_id, units in asked.items() if units}
    for line_id, units in found.items():
        if line_id not in left:
            raise Invalid(f"Line {line_id} is not on fulfilment order {order.number}.", fields={str(line_id): "not here"})
        if not 0 < units <= left[line_id]:
            raise Invalid(
                f"At most {left[line_id]} units can be {what} here; {units} were given.",
                fields={str(line_id): f"at most {left[line_id]}"},
            )
    if not found:
        rules.WORK.check(order.status, what)
        raise Invalid(f"Nothing is left to be {what}.", fields={"units": "nothing left"})
    return found


_COUNT = {
    column: Prepared(
        sqlite=f"UPDATE fulfilment_line SET {column} = {column} + :units WHERE id = :id",  # noqa: S608 (two names of ours)
        postgresql=f"UPDATE fulfilment_line SET {column} = {column} + %(units)s::bigint WHERE id = %(id)s",  # noqa: S608
    )
    for column in ("picked", "packed")
}

_KEEP = Prepared(
    sqlite="UPDATE fulfilment_line SET units = :units, picked = :units WHERE id = :id",
    postgresql="UPDATE fulfilment_line SET units = %(units)s, picked = %(units)s WHERE id = %(id)s",
)


def _count(tx: Tx, units: Mapping[int, int], column: str) -> None:
    tx.run_many(_COUNT[column], [{"id": line_id, "units": count} for line_id, count in sorted(units.items())])
