"""Work out an edit: which units go back, which are wanted and who sends them, what the lines then cost. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.catalog import lookup
from dashboard.catalog.lookup import KitPart
from dashboard.editing import amounts, rules
from dashboard.editing.commands import AddLine
from dashboard.editing.cutting import Cut, cuts_of
from dashboard.editing.facts import Facts, LineFacts
from dashboard.editing.plan import LinePlan, NewLine, Plan
from dashboard.editing.rules import field_of, split_field
from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.rules import Shelf
from dashboard.kernel import units
from dashboard.kernel.errors import InsufficientStock, Invalid
from dashboard.orders import named
from dashboard.orders.fields import NAMES_OF
from dashboard.orders.named import Named
from dashboard.orders.still_open import check_open
from dashboard.orders.worth import Worth, follow, respread


class Manner(NamedTuple):
    """How an edit is meant. restores: cancelled units per line that come back first (an undo); credit: units taken off stay on
    their lines as cancelled; shelved: they go back where others can have them; exact: tax and discount are as the values say, and
    follow nothing."""

    on_shortage: str = "refuse"
    restores: Mapping[int, int] = {}
    credit: bool = False
    shelved: bool = True
    exact: bool = False


def plan(facts: Facts, values: Mapping[str, Any], adds: Sequence[tuple[AddLine, int | None]], manner: Manner) -> Plan:
    """Args: values: every field as it is to be; adds: new lines, each with the id of the line it stands for.

    Raises: Conflict, when the order is not open; Invalid (facts: fields), for what is packed or makes no sense; InsufficientStock
    (facts: short), when refusing, or when more would wait than a SKU allows.
    """
    check_open(facts, "only an open order can be changed")
    now = rules.fields_of(facts)
    changes = {name: (now[name], value) for name, value in values.items() if value != now[name]}
    faults = _faults(facts, changes, bool(adds))
    lines = tuple(_line_plan(facts, line, values, changes, manner, faults) for line in _changed_lines(facts, changes))
    new = tuple(_new_line(facts, place, add, replaces, faults) for place, (add, replaces) in enumerate(adds))
    if faults:
        raise Invalid("This cannot be changed: " + "; ".join(dict.fromkeys(faults.values())) + ".", fields=faults)
    header = {name: after for name, (_, after) in changes.items() if name in rules.HEADER}
    worths = _worths(facts, lines, new)
    if not any(line.live for line in facts.lines if line.id not in {one.line.id for one in lines}) and not any(
        one.quantity for one in (*lines, *new)
    ):
        raise Invalid("Nothing of the order would be left: cancel it instead.", fields={"lines": "nothing would be left"})
    sums = amounts.sums(worths, header.get("shipping", facts.header["shipping"]), facts.currency)
    if not 0 <= sums["total"] <= units.MOST_MINOR:
        raise Invalid("The order's total is out of range.", fields={"lines": "total out of range"})
    demands = _demands(facts, lines, new)
    shelves = _shelves(facts, demands, lines, manner)
    takes = facts.choose(demands, shelves) if demands else []
    waits = _waits(facts, lines, new, takes)
    _refuse_short(facts, lines, new, waits, manner)
    money = amounts.money(facts.sums, sums, facts.money)
    changes = _with_followers(changes, lines)
    return Plan(changes, header, lines, new, demands, shelves, tuple(takes), waits, facts.sums, sums, money)


def _faults(facts: Facts, changes: Mapping[str, tuple[Any, Any]], adds: bool) -> dict[str, str]:
    """What is final by now, by field."""
    faults: dict[str, str] = {}
    final = rules.handed_over(facts)
    for name, (before, after) in changes.items():
        line_id, what = split_field(name)
        line = facts.line(line_id) if line_id is not None else None
        if line is None:
            if final:
                faults[name] = f"{name.replace('_', ' ').replace('ship ', 'address ')} is final: {final}"
        elif what != "quantity" and (why := rules.sealed(line)):
            faults[name] = f"the price of {line.sku} is final: {why}"
        elif what == "quantity" and before - after > (most := rules.reducible(line)):
            faults[name] = _too_much(line, most)
        elif what == "quantity" and after > before and not rules.to_send(facts):
            faults[name] = "everything is packed or shipped: place a new order"
    if adds and not rules.to_send(facts):
        faults["adds"] = "everything is packed or shipped: place a new order"
    return faults


def _too_much(line: LineFacts, most: int) -> str:
    gone = line.live - most
    words = f"{gone} of {line.live} units of {line.sku} are packed or shipped"
    return f"{words}: at least {gone} must stay" if most else f"{words}: it can only be returned"


def _changed_lines(facts: Facts, changes: Mapping[str, Any]) -> list[LineFacts]:
    touched = {split_field(name)[0] for name in changes}
    return [line for line in facts.lines if line.id in touched]


def _line_plan(
    facts: Facts, line: LineFacts, values: Mapping[str, Any], changes: Mapping[str, Any], manner: Manner, faults: dict[str, str]
) -> LinePlan:
    quantity, price = (values[field_of(line.id, name)] for name in ("quantity", "unit_price_e4"))
    before = Worth(line.live, line.unit_price_e4, line.tax, line.discount)
    tax, discount = (
        values[field]
        if (field := field_of(line.id, name)) in changes or manner.exact
        else follow(getattr(before, name), before, quantity, price)
        for name in ("tax", "discount")
    )
    off = max(0, line.live - quantity)
    cuts = cuts_of(line, off) if off else ()
    # What is left of a line must be ordered; a line that is taken off whole stays to be seen, its units cancelled.
    credited = off if manner.credit or quantity == 0 else 0
    more = max(0, quantity - line.live)
    restored = min(more, line.credited, manner.restores.get(line.id, 0) or (line.credited if not line.live else 0))
    total = units.extended(quantity + _uncredited(line), price, facts.currency)
    if total > units.MOST_MINOR:
        faults[field_of(line.id, "unit_price_e4")] = "the line's amount is out of range"
    elif discount > total + tax:
        if field_of(line.id, "discount") in changes:
            faults[field_of(line.id, "discount")] = "more than the line is worth"
        discount = total + tax
    names = (_names(line, name, amount, values, changes, manner) for name, amount in (("taxes", tax), ("discounts", discount)))
    return LinePlan(line, quantity, price, tax, discount, total, cuts, credited, restored, more - restored, *names)


def _names(
    line: LineFacts, name: str, amount: int, values: Mapping[str, Any], changes: Mapping[str, Any], manner: Manner
) -> tuple[Named, ...]:
    """The names of the line's tax or discount: those asked for, else those that are there, in proportion to the amount."""
    field = field_of(line.id, name)
    entries = named.decode(values[field]) if field in changes or manner.exact else getattr(line, name)
    return respread(entries, amount)


def _uncredited(line: LineFacts) -> int:
    """Cancelled units that the customer was never credited (an order once cancelled in part by a channel)."""
    return line.cancelled - line.credited


def _new_line(facts: Facts, place: int, add: AddLine, replaces: int | None, faults: dict[str, str]) -> NewLine:
    code = lookup.folded(add.sku)
    sku = facts.skus.get(code)
    name = f"adds.{place}"
    if sku is None or not sku.active:
        word = "unknown SKU" if sku is None else "not for sale any more"
        faults[f"{name}.sku"] = f"{code[:64]}: {word}"
        return NewLine(
            -1 - place, lookup.SkuFacts(0, code, "", "service", 0, facts.currency, active=False), 0, 0, 0, 0, 0, replaces
        )
    price = add.unit_price_e4
    if price is None:
        if sku.currency != facts.currency:
            faults[f"{name}.unit_price_e4"] = f"{sku.code} is priced in {sku.currency}; give its unit price in {facts.currency}"
        price = sku.unit_price_e4
    total = units.extended(add.quantity, price, facts.currency)
    if total > units.MOST_MINOR or add.discount > total + add.tax:
        faults[f"{name}.discount"] = "the line's amount is out of range"
    return NewLine(-1 - place, sku, add.quantity, price, add.tax, add.discount, total, replaces, add.taxes, add.discounts)


def _worths(facts: Facts, lines: Sequence[LinePlan], new: Sequence[NewLine]) -> list[Worth]:
    planned = {one.line.id: one for one in lines}
    found = []
    for line in facts.lines:
        if one := planned.get(line.id):
            found.append(Worth(one.quantity + _uncredited(line), one.unit_price_e4, one.tax, one.discount))
        else:
            found.append(Worth(line.ordered - line.credited, line.unit_price_e4, line.tax, line.discount))
    return found + [Worth(one.quantity, one.unit_price_e4, one.tax, one.discount) for one in new]


def _with_followers(changes: dict[str, tuple[Any, Any]], lines: Sequence[LinePlan]) -> dict[str, tuple[Any, Any]]:
    """The changes with the taxes and discounts that follow their lines, and their names."""
    found = dict(changes)
    for one in lines:
        for name in ("tax", "discount"):
            before, after = getattr(one.line, name), getattr(one, name)
            if before != after:
                found[field_of(one.line.id, name)] = (before, after)
        for name in NAMES_OF:
            field = field_of(one.line.id, name)
            found.pop(field, None)
            if (before := named.encode(getattr(one.line, name))) != (after := named.encode(getattr(one, name))):
                found[field] = (before, after)
    return found


def _demands(facts: Facts, lines: Sequence[LinePlan], new: Sequence[NewLine]) -> tuple[Demand, ...]:
    found: list[Demand] = []
    for one in lines:
        line = one.line
        if one.added and line.sku_id is not None:
            found += _demand(line.id, line.kind, line.sku_id, line.sku, one.added, line.recipe)
    for one in new:
        found += _demand(one.key, one.sku.kind, one.sku.id, one.sku.code, one.quantity, facts.parts.get(one.sku.id, ()))
    return tuple(found)


def _demand(key: int, kind: str, sku_id: int, code: str, count: int, recipe: Sequence[KitPart]) -> list[Demand]:
    if kind == "kit":
        return [Demand(key, part.sku_id, part.code, count * part.units, part.units) for part in recipe]
    return [Demand(key, sku_id, code, count)] if kind == "stock" else []


def _shelves(facts: Facts, demands: Sequence[Demand], lines: Sequence[LinePlan], manner: Manner) -> dict[int, Shelf]:
    """What the locations may give once the units that are taken off are back."""
    back: dict[tuple[int, int], int] = {}
    for cut in _cuts(lines) if manner.shelved else ():
        for part in cut.parts:
            back[part.sku_id, cut.location_id] = back.get((part.sku_id, cut.location_id), 0) + part.units
    return {
        sku: [
            (held.location_id, max(0, held.available + back.get((sku, held.location_id), 0) - held.safety))
            for held in facts.shelves.get(sku, ())
        ]
        for sku in dict.fromkeys(demand.sku_id for demand in demands)
    }


def _cuts(lines: Sequence[LinePlan]) -> list[Cut]:
    return [cut for one in lines for cut in one.cuts]


def given(takes: Sequence[Take], key: int) -> int:
    """Units of a line (whole kits) that the takes give it."""
    mine = [take for take in takes if take.line == key]
    if not mine or not mine[0].per:
        return sum(take.units for take in mine)
    return sum(take.units for take in mine if take.sku_id == mine[0].sku_id) // mine[0].per


def _waits(facts: Facts, lines: Sequence[LinePlan], new: Sequence[NewLine], takes: Sequence[Take]) -> dict[int, int]:
    """Units that no location has, per line id or key; a service never waits."""
    found = {one.line.id: one.added - given(takes, one.line.id) for one in lines if one.added and one.line.kind != "service"}
    found |= {one.key: one.quantity - given(takes, one.key) for one in new if one.sku.kind != "service"}
    return {key: count for key, count in found.items() if count}


def _refuse_short(
    facts: Facts, lines: Sequence[LinePlan], new: Sequence[NewLine], waits: Mapping[int, int], manner: Manner
) -> None:
    asked = {one.line.id: (one.line.sku_id, one.line.sku, one.added) for one in lines}
    asked |= {one.key: (one.sku.id, one.sku.code, one.quantity) for one in new}
    short = []
    for key, count in waits.items():
        sku_id, code, wanted = asked[key]
        fact: dict[str, Any] = {"sku": code, "wanted": wanted, "available": wanted - count}
        if manner.on_shortage == "refuse":
            short.append(fact)
        elif sku_id is not None and (left := facts.waits.get(sku_id)) is not None:
            freed = sum(cut.backordered for one in lines if one.line.sku_id == sku_id for cut in one.cuts)
            if sum(waits[other] for other in waits if asked[other][0] == sku_id) > left + freed:
                short.append(fact | {"backorder": left + freed})
    if short:
        said = "; ".join(f"{fact['sku']}: {fact['wanted']} more wanted, {fact['available']} available" for fact in short)
        raise InsufficientStock(f"Not enough stock. {said}. Take fewer, or backorder what is missing.", short=short)
