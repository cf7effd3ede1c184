"""A plan in the words of the screens: what changes, what it costs, which shelves give and get. Pure."""

from typing import Any, NamedTuple

from dashboard.editing.actions import Edited, Proposal
from dashboard.editing.facts import Facts
from dashboard.editing.planning import given
from dashboard.editing.rules import split_field
from dashboard.orders import named
from dashboard.orders.fields import AMOUNTS, LABELS, NAMES_OF, PRIORITIES, SHIPPING_METHODS
from dashboard.web.filters import money, number, price


class Row(NamedTuple):
    label: str
    before: str
    after: str


class StockRow(NamedTuple):
    """units: given back to a location (above 0), taken from it (below 0), or 0; waits: units that are backordered."""

    sku: str
    place: str
    units: int
    waits: int = 0


class Preview(NamedTuple):
    """fingerprint: of the plan that is shown; merged: fields of somebody else's that are kept."""

    fingerprint: str
    changes: list[Row]
    stock: list[StockRow]
    money: Any
    merged: list[str]
    pay_on: str
    is_empty: bool


def label_of(facts: Facts, name: str) -> str:
    """'City', or 'A-1: units'."""
    line_id, what = split_field(name)
    line = facts.line(line_id) if line_id is not None else None
    return f"{line.sku}: {LABELS[what]}" if line else LABELS.get(name, name.replace("_", " "))


def shown(name: str, value: Any, currency: str) -> str:
    """A field's value for people."""
    what = split_field(name)[1]
    if what == "unit_price_e4":
        return price(value, currency)
    if what in AMOUNTS:
        return money(value, currency)
    if what in NAMES_OF:
        return named.joined(named.decode(value)) or "–"
    if what == "priority":
        return PRIORITIES.get(value, str(value))
    if what == "shipping_method":
        return SHIPPING_METHODS.get(value, str(value))
    return number(value) if what == "quantity" else value or "–"


def preview_of(proposal: Proposal, places: dict[int, str]) -> Preview:
    """places: location names by id."""
    facts, plan = proposal.facts, proposal.plan
    changes = [
        Row(label_of(facts, name), shown(name, before, facts.currency), shown(name, after, facts.currency))
        for name, (before, after) in plan.changes.items()
        if not _only_follows(name, before, after)
    ]
    for one in plan.new:
        instead = facts.line(one.replaces) if one.replaces else None
        said = f"{number(one.quantity)} × {price(one.unit_price_e4, facts.currency)}"
        if names := named.joined([*one.taxes, *one.discounts]):
            said += f", {names}"
        changes.append(Row(f"{one.sku.code}: new line" + (f" in place of {instead.sku}" if instead else ""), "–", said))
    merged = [label_of(facts, name) for name in proposal.merged]
    return Preview(plan.fingerprint, changes, _stock(proposal, places), plan.money, merged, facts.pay_on, plan.is_empty)


def _only_follows(name: str, before: Any, after: Any) -> bool:
    """Whether the names are the same, for another amount: that is told of the amount."""
    return split_field(name)[1] in NAMES_OF and shown(name, before, "") == shown(name, after, "")


def _stock(proposal: Proposal, places: dict[int, str]) -> list[StockRow]:
    plan = proposal.plan
    found: dict[tuple[str, str], int] = {}
    for one in plan.lines:
        for cut in one.cuts:
            if cut.work_id:
                found[one.line.sku, cut.location] = found.get((one.line.sku, cut.location), 0) + cut.units
    codes = {one.line.id: one.line.sku for one in plan.lines} | {one.key: one.sku.code for one in plan.new}
    for key, code in codes.items():
        for location_id in dict.fromkeys(take.location_id for take in plan.takes if take.line == key):
            units = given([take for take in plan.takes if take.location_id == location_id], key)
            place = places.get(location_id, "a location")
            found[code, place] = found.get((code, place), 0) - units
    rows = [StockRow(code, place, units) for (code, place), units in found.items() if units]
    waiting = [StockRow(codes[key], "", 0, count) for key, count in plan.waits.items()]
    fewer = [StockRow(one.line.sku, "", 0, -count) for one in plan.lines if (count := sum(cut.backordered for cut in one.cuts))]
    return rows + waiting + fewer


def done(edited: Edited | Any, verb: str = "is changed") -> str:
    """What an edit did, in one or two sentences."""
    said = f"#{edited.number} {verb}."
    if edited.waits:
        said += f" {number(edited.waits)} {'unit is' if edited.waits == 1 else 'units are'} backordered."
    if edited.due:
        said += f" {money(edited.due, edited.currency)} is still to be paid."
    if edited.refundable:
        said += f" {money(edited.refundable, edited.currency)} is received above the total: refund it."
    return said


def reshelved(units: int) -> str:
    """What becomes of moved units that were picked; '' for none."""
    return f" {number(units)} picked already: put back to the shelf, to be picked again." if units else ""
