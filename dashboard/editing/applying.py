"""Carry a plan out: work, stock, counters and sums move together, in the transaction that locked what the plan was made from."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from dashboard.editing.cutting import Cut
from dashboard.editing.facts import Facts
from dashboard.editing.plan import LinePlan, NewLine, Plan
from dashboard.editing.planning import given
from dashboard.editing.shelves import Routing
from dashboard.fulfilment import tracked, work
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.inventory import allocation, allowance, balances
from dashboard.inventory.allocation import Decision
from dashboard.inventory.commands import Take
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, InsufficientStock
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.orders import kits, lines, naming
from dashboard.orders.lines import Growth, Shrinkage
from dashboard.orders.named import Named
from dashboard.routing import deciding as routing
from dashboard.routing.deciding import Routed

_CUT = Prepared(
    sqlite="UPDATE fulfilment_line SET units = units - :units, picked = picked - :picked WHERE id = :id",
    postgresql="UPDATE fulfilment_line SET units = units - %(units)s::bigint, picked = picked - %(picked)s::bigint WHERE id = %(id)s",
)
_ADD = (
    "INSERT INTO fulfilment_line (fulfilment_order_id, order_line_id, sku_id, units, picked, packed)"
    " VALUES ({work}, {line}, {sku}, {units}, 0, 0)"
    " ON CONFLICT (fulfilment_order_id, order_line_id, sku_id) DO UPDATE SET units = fulfilment_line.units + excluded.units"
)
_NAMES = ("work", "line", "sku", "units")
_ADD_UNITS = Prepared(
    sqlite=_ADD.format(**{name: f":{name}" for name in _NAMES}),
    postgresql=_ADD.format(**{name: f"%({name})s" for name in _NAMES}),
)


def take_off(tx: Tx, facts: Facts, planned: Sequence[LinePlan], to: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Take the planned units out of work, stock and counters. to: shelf, or the bucket they are set aside in."""
    cuts = [cut for one in planned for cut in one.cuts]
    tx.run_many(_CUT, [{"id": part.id, "units": part.units, "picked": part.picked} for cut in cuts for part in cut.parts])
    takes = [Take(cut.line_id, part.sku_id, cut.location_id, part.units) for cut in cuts for part in cut.parts if part.units]
    takes = _summed(takes)
    if to == "shelf":
        allocation.release(tx, takes, facts.id, actor, now, reason=reason)
    else:
        allocation.set_aside(tx, takes, facts.id, to, reason, actor, now)
    off = [(one, _shrinkage(one)) for one in planned if one.cuts]
    lines.credit(tx, [shrinkage for one, shrinkage in off if one.credited])
    uncounted = [(one, shrinkage) for one, shrinkage in off if not one.credited]
    lines.uncount(tx, [shrinkage for _, shrinkage in uncounted])
    allowance.count(
        tx,
        [(one.line.sku_id, -shrinkage.backordered) for one, shrinkage in uncounted if one.line.sku_id and shrinkage.backordered],
    )
    _slow_down(tx, cuts, reason, actor, now)


def _summed(takes: Iterable[Take]) -> list[Take]:
    """One per line, SKU and location: two fulfilment orders of one place share an allocation."""
    units: dict[tuple[int, int, int], int] = {}
    for take in takes:
        units[take[:3]] = units.get(take[:3], 0) + take.units
    return [Take(*place, count) for place, count in units.items()]


def _shrinkage(one: LinePlan) -> Shrinkage:
    sums = (sum(getattr(cut, bucket) for cut in one.cuts) for bucket in ("backordered", "allocated", "picked", "packed"))
    return Shrinkage(one.line.id, *sums)


def _slow_down(tx: Tx, cuts: Sequence[Cut], reason: str, actor: Actor, now: dt.datetime) -> None:
    """Work that lost units: over when none is left, picked when only what is picked is left."""
    for work_id in sorted({cut.work_id for cut in cuts if cut.work_id}):
        found = work.read(tx, work_id)
        mine = [part for cut in cuts if cut.work_id == work_id for part in cut.parts]
        tracked.give_back(tx, found, {part.id: sum(one.picked for one in mine if one.id == part.id) for part in mine}, actor, now)
        after = found.status
        if not any(line.units for line in found.lines):
            after = "cancelled"
        elif after == "picking" and all(line.picked == line.units for line in found.lines):
            after = "picked"
        units = sum(cut.units for cut in cuts if cut.work_id == work_id)
        work.advance(tx, found, after, units, actor, now, reason=reason)


def put_on(tx: Tx, facts: Facts, plan: Plan, routed_by: Routing, actor: Actor, now: dt.datetime) -> dict[int, int]:
    """Write the further units and lines, and secure their stock. Returns {line id or key: order line id} of what was added.

    Raises: InsufficientStock, when more wait than a SKU allows; Conflict, when the shelves or rules are not those of the plan.
    """
    lines.grow(tx, [_growth(one, plan) for one in plan.lines if one.added])
    ids = {one.line.id: one.line.id for one in plan.lines if one.added} | _insert(tx, facts, plan)
    _count_waiting(tx, plan, now)
    if plan.takes:
        _secure(tx, facts, plan, ids, routed_by, actor, now)
    return ids


def _growth(one: LinePlan, plan: Plan) -> Growth:
    waiting = plan.waits.get(one.line.id, 0)
    if one.line.kind == "service":
        return Growth(one.line.id, one.raised, one.restored, packed=one.added)
    return Growth(one.line.id, one.raised, one.restored, one.added - waiting, waiting)


def _insert(tx: Tx, facts: Facts, plan: Plan) -> dict[int, int]:
    ids = lines.insert(tx, facts.id, [_row(one, plan) for one in plan.new])
    naming.keep(tx, dict(pair for line_id, one in zip(ids, plan.new, strict=True) for pair in names_of(line_id, one)))
    kits.keep_recipes(tx, [(line_id, one.sku) for line_id, one in zip(ids, plan.new, strict=True)], facts.parts)
    return {one.key: line_id for one, line_id in zip(plan.new, ids, strict=True)}


def _row(one: NewLine, plan: Plan) -> dict[str, object]:
    waiting, service = plan.waits.get(one.key, 0), one.sku.kind == "service"
    return {
        "sku_id": one.sku.id,
        "sku_code": one.sku.code,
        "name": one.sku.name,
        "ordered": one.quantity,
        "unit_price_e4": one.unit_price_e4,
        "tax": one.tax,
        "discount": one.discount,
        "total": one.total,
        "backordered": waiting,
        "allocated": 0 if service else one.quantity - waiting,
        "packed": one.quantity if service else 0,
    }


def _count_waiting(tx: Tx, plan: Plan, now: dt.datetime) -> None:
    """The same count and the same limit as when an order is taken (orders.shortage)."""
    skus = {one.line.id: (one.line.sku_id, one.line.sku) for one in plan.lines} | {
        one.key: (one.sku.id, one.sku.code) for one in plan.new
    }
    units: dict[int, int] = {}
    for key, count in plan.waits.items():
        sku_id = skus[key][0]
        if sku_id is not None:
            units[sku_id] = units.get(sku_id, 0) + count
    if not units:
        return
    counted = allowance.wait(tx, units, now.date())
    if left := {found.sku_id: found.left for found in counted.refused}:
        short = [{"sku": code, "backorder": left[sku_id]} for sku_id, code in set(skus.values()) if sku_id in left]
        raise InsufficientStock(f"No more units of {', '.join(sorted(fact['sku'] for fact in short))} may wait.", short=short)


def _secure(tx: Tx, facts: Facts, plan: Plan, ids: Mapping[int, int], routed_by: Routing, actor: Actor, now: dt.datetime) -> None:
    stock = balances.locked(tx, {take.sku_id for take in plan.takes})
    routed = Routed(Decision(list(plan.takes), stock, plan.shelves), plan.demands, routed_by.wish, routed_by.by)
    kept = routing.keep(tx, routed, facts.id, now, "edited", routing.next_sequence(tx, facts.id))
    if kept.takes != list(plan.takes):
        raise Conflict("The routing rules were changed just now. Look at the change again, then save it.")
    allocation.allocate(tx, kept, facts.id, ids, actor, now)
    give_work(tx, facts.id, facts.number, plan.takes, ids, actor, now)


def give_work(
    tx: Tx, order_id: int, number: str, takes: Sequence[Take], ids: Mapping[int, int], actor: Actor, now: dt.datetime
) -> None:
    """To the work that a location has not begun, else as further work of its own."""
    query = sa.select(FulfilmentOrder.location_id, FulfilmentOrder.id).where(
        FulfilmentOrder.order_id == order_id, FulfilmentOrder.status == "allocated"
    )
    waiting = {row.location_id: row.id for row in tx.execute(query.order_by(FulfilmentOrder.id.desc()))}
    joined = [take for take in takes if take.location_id in waiting]
    rows = [
        {"work": waiting[take.location_id], "line": ids[take.line], "sku": take.sku_id, "units": take.units} for take in joined
    ]
    tx.run_many(_ADD_UNITS, rows)
    for location_id in sorted({take.location_id for take in joined}):
        units = sum(take.units for take in joined if take.location_id == location_id)
        work.advance(tx, work.read(tx, waiting[location_id]), "allocated", units, actor, now, reason="edited")
    work.open_work(tx, order_id, number, [take for take in takes if take not in joined], ids, actor, now)


def restate(tx: Tx, facts: Facts, plan: Plan) -> None:
    """Prices of the lines, the order's own fields, and its sums."""
    lines.price(
        tx,
        [
            {"id": one.line.id, "unit_price_e4": one.unit_price_e4, "tax": one.tax, "discount": one.discount, "total": one.total}
            for one in plan.lines
        ],
    )
    changed = (one for one in plan.lines if (one.taxes, one.discounts) != (one.line.taxes, one.line.discounts))
    naming.replace(tx, dict(pair for one in changed for pair in names_of(one.line.id, one)))
    lines.restate(tx, facts.id, **plan.header)
    work.keep_order_work(tx, facts.id)


def names_of(line_id: int, one: LinePlan | NewLine) -> list[tuple[naming.Of, tuple[Named, ...]]]:
    return [((line_id, "tax"), one.taxes), ((line_id, "discount"), one.discounts)]


def units_secured(plan: Plan) -> int:
    """Further units that a location has, over all lines."""
    keys = {one.line.id for one in plan.lines} | {one.key for one in plan.new}
    return sum(given(plan.takes, key) for key in keys)
