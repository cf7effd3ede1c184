"""Units that go from one order to another: off the lines of the one, onto new lines of the other, at the same location.

Until they are packed. Units that are picked already go back to the shelf first, as a movement of the ledger, and are picked again for
the other order: they lie in a tote among others, and nobody can tell from a desk which of them are meant.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.editing import amounts, applying, rules
from dashboard.editing.cutting import Cut, cuts_of
from dashboard.editing.facts import Facts, LineFacts
from dashboard.editing.plan import LinePlan
from dashboard.fulfilment import work
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.inventory import allocation, allowance, balances
from dashboard.inventory.allocation import Decision
from dashboard.inventory.commands import Take
from dashboard.kernel import units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import naming
from dashboard.orders.model import OrderLinePart
from dashboard.orders.named import Named
from dashboard.orders.worth import Worth, follow


class Moved(NamedTuple):
    """Units of one line that go. tax, discount, total: what they are worth on the other order; rest: the line without them."""

    line: LineFacts
    units: int
    tax: int
    discount: int
    total: int
    rest: LinePlan
    taxes: tuple[Named, ...] = ()
    discounts: tuple[Named, ...] = ()

    @property
    def allocated(self) -> int:
        """Units that are secured at a location, picked or not."""
        return sum(cut.allocated + cut.picked for cut in self.rest.cuts)

    @property
    def reshelved(self) -> int:
        """Units of those that were picked."""
        return sum(cut.picked for cut in self.rest.cuts)

    @property
    def backordered(self) -> int:
        return sum(cut.backordered for cut in self.rest.cuts)


def moved(facts: Facts, wanted: Mapping[int, int]) -> list[Moved]:
    """wanted: {order line id: units}. Raises: Invalid (facts: fields), for a line that is not there or units that are packed."""
    faults = {}
    found = []
    for line_id, count in wanted.items():
        line = facts.line(line_id)
        if line is None:
            faults[f"line:{line_id}"] = f"there is no line {line_id} on this order"
        elif not 0 <= count <= (most := rules.reducible(line)):
            rest = "; the rest is packed or gone" if most < line.live else ""
            faults[rules.field_of(line_id, "quantity")] = f"{line.sku}: at most {most} can move{rest}"
        elif count:
            found.append(_moved(line, count, facts.currency))
    if faults:
        raise Invalid("These units cannot move: " + "; ".join(faults.values()) + ".", fields=faults)
    return found


def _moved(line: LineFacts, count: int, currency: str) -> Moved:
    """Tax and discount go in proportion; what rounding makes of two lines instead of one stays in the discount, or in the tax."""
    left = line.live - count
    uncredited = line.cancelled - line.credited
    before = Worth(line.live, line.unit_price_e4, line.tax, line.discount)
    own_tax, own_discount = (follow(getattr(before, name), before, count, line.unit_price_e4) for name in ("tax", "discount"))
    total = units.extended(count, line.unit_price_e4, currency)
    rest = units.extended(left + uncredited, line.unit_price_e4, currency)
    rounding = total + rest - line.total
    tax = own_tax + max(0, -(own_discount + rounding))
    discount = max(0, own_discount + rounding)
    kept_tax, kept_discount = line.tax - own_tax, line.discount - own_discount
    cuts = cuts_of(line, count)
    kept = LinePlan(line, left, line.unit_price_e4, kept_tax, kept_discount, rest, cuts, 0 if left else count)
    taxes, left_taxes = amounts.part_of(line.taxes, tax, kept.tax)
    discounts, left_discounts = amounts.part_of(line.discounts, discount, kept.discount)
    kept = kept._replace(taxes=left_taxes, discounts=left_discounts)
    return Moved(line, count, tax, discount, total, kept, taxes, discounts)


def give_stock(
    tx: Tx,
    number: str,
    order_id: int,
    gone: Sequence[Moved],
    ids: Mapping[int, int],
    actor: Actor,
    now: dt.datetime,
    *,
    new: bool,
) -> None:
    """Tie the freed units to the other order's lines where they lay, and give the location its work.

    Args: ids: {line id of the one: line id of the other}. new: that order has no work yet: it is released where it was; else work
    of that order which is not begun is joined.
    """
    allowance.count(tx, [(one.line.sku_id, one.backordered) for one in gone if one.line.sku_id is not None and one.backordered])
    pairs = [(one, cut) for one in gone for cut in one.rest.cuts if cut.parts]
    takes = _takes(pairs)
    if not takes:
        return
    stock = balances.locked(tx, {take.sku_id for take in takes})
    allocation.allocate(tx, Decision(takes, stock, {}), order_id, ids, actor, now)
    if not new:
        applying.give_work(tx, order_id, number, takes, ids, actor, now)
        return
    opened = work.open_work(tx, order_id, number, takes, ids, actor, now, new=True)
    begun = _released(tx, pairs)
    for work_id in opened:
        found = work.read(tx, work_id)
        if begun.get(found.location_id):
            work.advance(tx, found, "released", sum(line.units for line in found.lines), actor, now)
    work.keep_order_work(tx, order_id)


def _takes(pairs: Sequence[tuple[Moved, Cut]]) -> list[Take]:
    found: dict[tuple[int, int, int], Take] = {}
    for one, cut in pairs:
        per = {part.sku_id: part.units for part in one.line.recipe}
        for part in cut.parts:
            key = (one.line.id, part.sku_id, cut.location_id)
            before = found[key].units if key in found else 0
            found[key] = Take(one.line.id, part.sku_id, cut.location_id, before + part.units, per.get(part.sku_id, 0))
    return list(found.values())


def _released(tx: Tx, pairs: Sequence[tuple[Moved, Cut]]) -> dict[int, bool]:
    """Per location whether all the work the units come from was released to it already."""
    ids = {cut.work_id for _, cut in pairs}
    rows = tx.execute(sa.select(FulfilmentOrder.location_id, FulfilmentOrder.released_at).where(FulfilmentOrder.id.in_(ids)))
    found: dict[int, bool] = {}
    for row in rows:
        found[row.location_id] = found.get(row.location_id, True) and row.released_at is not None
    return found


def keep_names(tx: Tx, gone: Sequence[Moved], ids: Mapping[int, int]) -> None:
    """Taxes and discounts keep their names, on both orders."""
    named = [one for one in gone if one.line.taxes or one.line.discounts]
    naming.replace(tx, {of: names for one in named for of, names in applying.names_of(one.line.id, one.rest)})
    fresh = ((ids[one.line.id], one) for one in named)
    naming.keep(tx, {(id_, kind): names for id_, one in fresh for kind, names in (("tax", one.taxes), ("discount", one.discounts))})


def keep_recipes(tx: Tx, gone: Sequence[Moved], ids: Mapping[int, int]) -> None:
    """The kits are what they were sold as."""
    rows = [
        {"order_line_id": ids[one.line.id], "sku_id": part.sku_id, "units": part.units}
        for one in gone
        for part in one.line.recipe
    ]
    if rows:
        tx.execute(sa.insert(OrderLinePart), rows)
