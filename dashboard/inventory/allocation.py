"""Tie units to order lines, free them, and send them out: allocation rows and balances move together."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard.inventory import balances, sellable
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.kits import whole_kits
from dashboard.inventory.model import Allocation
from dashboard.inventory.rules import Shelf, plan
from dashboard.inventory.sellable import Terms
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import Prepared, rows_into
from dashboard.kernel.tx import Tx

_TIE = rows_into(Allocation, "order_line_id", "order_id", "sku_id", "location_id", "units").on_conflict(
    "(order_line_id, sku_id, location_id) DO UPDATE SET units = allocation.units + excluded.units"
).waiting()
_FREE = Prepared(
    sqlite="UPDATE allocation SET units = units - :units"
    " WHERE order_line_id = :line AND sku_id = :sku_id AND location_id = :location_id AND units >= :units",
    postgresql="UPDATE allocation SET units = units - %(units)s::bigint"
    " WHERE order_line_id = %(line)s AND sku_id = %(sku_id)s AND location_id = %(location_id)s AND units >= %(units)s::bigint",
)
_OPEN = Prepared(
    sqlite="SELECT order_line_id, sku_id, location_id, units FROM allocation WHERE order_id = :order_id AND units > 0 ORDER BY id",
    postgresql="SELECT order_line_id, sku_id, location_id, units FROM allocation WHERE order_id = %(order_id)s AND units > 0 ORDER BY id",
)


Chooser = Callable[[Sequence[Demand], Mapping[int, Shelf]], list[Take]]


class Decision(NamedTuple):
    """What stock says to an order: takes per line and location, the balances they come from (locked), and what it might have had.

    behind: working days by which the first sender is behind, having been given more orders than its capacity of a day.
    """

    takes: list[Take]
    stock: Mapping[int, Sequence[Balance]]
    shelves: Mapping[int, Shelf] = {}
    behind: int = 0

    def allocated(self, line: int) -> int:
        """Units of the line; whole kits, when it is one."""
        mine = [take for take in self.takes if take.line == line]
        if not mine or not mine[0].per:
            return sum(take.units for take in mine)
        return sum(take.units for take in mine if take.sku_id == mine[0].sku_id) // mine[0].per


def decide(
    tx: Tx,
    demands: Sequence[Demand],
    terms: Terms,
    kept: Mapping[tuple[int, int], int] | None = None,
    choose: Chooser = plan,
    barred: Collection[int] = (),
) -> Decision:
    """Lock the balances of the wanted SKUs and choose who gives what.

    Args: terms: what the order may take. kept: units per (SKU id, location id) that are held for this order alone. choose: which
    location gives which units. barred: ids of locations that are not asked.
    """
    kept = kept or {}
    stock = balances.locked(tx, [demand.sku_id for demand in demands] + [sku for sku, _ in kept])
    shelves = sellable.shelves(tx, stock, terms, kept)
    return Decision(chosen(demands, shelves, choose, barred), stock, shelves)


def chosen(
    demands: Sequence[Demand], shelves: Mapping[int, Shelf], choose: Chooser, barred: Collection[int] = ()
) -> list[Take]:
    """The takes of a plan; of kits only whole ones. barred: ids of locations that are not asked."""
    takes = choose(demands, shelves)
    if not any(demand.per for demand in demands):
        return takes
    open_ = {sku: [place for place in shelf if place[0] not in barred] for sku, shelf in shelves.items()}
    return whole_kits(demands, takes, open_)


def allocate(tx: Tx, decision: Decision, order_id: int, line_ids: Mapping[int, int], actor: Actor, now: dt.datetime) -> None:
    """Tie the decided units to the order's lines, in this transaction. line_ids: id of each line index of the demands."""
    if not decision.takes:
        return
    by_place = {(b.sku_id, b.location_id): b for rows in decision.stock.values() for b in rows}
    units: dict[tuple[int, int], int] = {}
    for take in decision.takes:
        place = (take.sku_id, take.location_id)
        units[place] = units.get(place, 0) + take.units
    taken = [(by_place[place], total) for place, total in sorted(units.items())]
    balances.allocate(tx, taken, order_id, f"order:{order_id}", actor, now)
    ties = [(line_ids[take.line], order_id, take.sku_id, take.location_id, take.units) for take in decision.takes]
    tx.add(_TIE, ties)


def open_of(tx: Tx, order_id: int) -> list[Take]:
    """What is still tied to an order; `line` is the order line's id."""
    return [Take(*row) for row in tx.run(_OPEN, order_id=order_id).fetchall()]


def release(tx: Tx, takes: Sequence[Take], order_id: int, actor: Actor, now: dt.datetime, reason: str | None = None) -> None:
    """Give the units back to the shelf (cancel). `line` is the order line's id."""
    _untie(tx, takes, Untied("released", order_id, f"order:{order_id}", reason), actor, now)


def ship(tx: Tx, takes: Sequence[Take], order_id: int, cause: str, actor: Actor, now: dt.datetime) -> None:
    """The units leave the building: on hand and allocated fall together."""
    _untie(tx, takes, Untied("shipped", order_id, cause, on_hand=-1), actor, now)


def set_aside(tx: Tx, takes: Sequence[Take], order_id: int, bucket: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The units are not where they should be, or broken: nobody else is to be promised them. bucket: damaged or quarantine."""
    _untie(tx, takes, Untied("state_changed", order_id, f"order:{order_id}", reason, **{bucket: 1}), actor, now)


@dataclass(frozen=True)
class Untied:
    """What becomes of each unit that is no longer allocated: 1, 0 or -1 per bucket."""

    kind: str
    order_id: int
    cause: str
    reason: str | None = None
    on_hand: int = 0
    damaged: int = 0
    quarantine: int = 0


def _untie(tx: Tx, takes: Sequence[Take], fate: Untied, actor: Actor, now: dt.datetime) -> None:
    if not takes:
        return
    stock = balances.locked(tx, [take.sku_id for take in takes])
    by_place = {(b.sku_id, b.location_id): b for rows in stock.values() for b in rows}
    units: dict[tuple[int, int], int] = {}
    for take in takes:
        units[take.sku_id, take.location_id] = units.get((take.sku_id, take.location_id), 0) + take.units
    rows = [{"units": take.units, "line": take.line, "sku_id": take.sku_id, "location_id": take.location_id} for take in takes]
    freed = tx.run_many(_FREE, rows)
    if freed != len(takes):
        raise RuntimeError(f"allocation rows of order {fate.order_id} do not cover what is to be freed")
    moves = [
        Move(
            by_place[place],
            fate.kind,
            on_hand=fate.on_hand * total,
            allocated=-total,
            damaged=fate.damaged * total,
            quarantine=fate.quarantine * total,
            order_id=fate.order_id,
            cause=fate.cause,
            reason=fate.reason,
        )
        for place, total in sorted(units.items())
    ]
    balances.move(tx, moves, actor, now)
