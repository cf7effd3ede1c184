"""From what was asked to what the order's fields should be: each change as field values, a discount spread over its lines. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from dashboard.editing import amounts, commands, rules
from dashboard.editing.facts import Facts, LineFacts
from dashboard.editing.rules import field_of
from dashboard.kernel import ids, text, units
from dashboard.kernel.errors import Invalid
from dashboard.orders import named
from dashboard.orders.admission import ROOM
from dashboard.orders.fields import PRIORITIES, SHIPPING_METHODS
from dashboard.orders.named import Named
from dashboard.orders.worth import spread


class Wanted(NamedTuple):
    """values: fields to change; adds: new lines; replaced: {place in adds: id of the line it stands for}."""

    values: dict[str, Any]
    adds: tuple[commands.AddLine, ...]
    replaced: Mapping[int, int]


def wanted(facts: Facts, changes: Iterable[commands.Change]) -> Wanted:
    """Raises: Invalid (facts: fields), with every complaint at once."""
    asked = _Asked(facts)
    later: list[commands.Discount] = []
    for change in changes:
        if isinstance(change, commands.Discount):
            later.append(change)
        else:
            _TAKES[type(change)](asked, change)
    for discount in later:
        asked.discount(discount)
    if asked.faults:
        said = "; ".join(dict.fromkeys(asked.faults.values()))
        raise Invalid(f"The order cannot be changed like this: {said}.", fields=asked.faults)
    return Wanted(asked.values, tuple(asked.adds), asked.replaced)


class _Asked:
    """The values so far, and what is wrong with them."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self.values: dict[str, Any] = {}
        self.adds: list[commands.AddLine] = []
        self.replaced: dict[int, int] = {}
        self.faults: dict[str, str] = {}

    def line(self, line_id: int) -> LineFacts | None:
        found = self.facts.line(line_id)
        if found is None:
            self.faults[f"line:{line_id}"] = f"there is no line {line_id} on this order"
        return found

    def put(self, line_id: int, name: str, value: int, most: int = units.MOST_MINOR, least: int = 0) -> None:
        if self.line(line_id) is None:
            return
        field = field_of(line_id, name)
        if not least <= value <= most:
            self.faults[field] = f"between {least} and {most}"
        self.values[field] = value

    def quantity(self, change: commands.SetQuantity) -> None:
        self.put(change.line_id, "quantity", change.quantity, units.MOST_UNITS)

    def remove(self, change: commands.RemoveLine) -> None:
        self.put(change.line_id, "quantity", 0)

    def price(self, change: commands.Reprice) -> None:
        self.put(change.line_id, "unit_price_e4", change.unit_price_e4)

    def tax(self, change: commands.SetTax) -> None:
        self.put(change.line_id, "tax", change.tax)
        self.rename(change.line_id, "taxes", change.names, change.tax)

    def rename(self, line_id: int, field: str, names: tuple[Named, ...] | None, amount: int) -> None:
        """names: None to leave them as they are."""
        if names is None or self.line(line_id) is None:
            return
        if why := named.trouble(names, amount):
            self.faults[field_of(line_id, field)] = why
        self.values[field_of(line_id, field)] = named.encode(names if amount else ())

    def add(self, change: commands.AddLine) -> None:
        place = f"adds.{len(self.adds)}"
        if not 1 <= change.quantity <= units.MOST_UNITS:
            self.faults[f"{place}.quantity"] = f"between 1 and {units.MOST_UNITS}"
        for name in ("unit_price_e4", "tax", "discount"):
            if not 0 <= (getattr(change, name) or 0) <= units.MOST_MINOR:
                self.faults[f"{place}.{name}"] = "0 or more, and in range"
        for name, amount, names in (("tax", change.tax, change.taxes), ("discount", change.discount, change.discounts)):
            if names and (why := named.trouble(names, amount)):
                self.faults[f"{place}.{name}"] = why
        self.adds.append(change)

    def replace(self, change: commands.ReplaceSku) -> None:
        line = self.line(change.line_id)
        if line is None:
            return
        count = line.live if change.quantity is None else change.quantity
        self.replaced[len(self.adds)] = line.id
        self.put(line.id, "quantity", 0)
        self.add(commands.AddLine(change.sku, count, change.unit_price_e4))

    def address(self, change: commands.SetAddress) -> None:
        for name, value in change.values.items():
            if name not in rules.ADDRESS:
                self.faults[f"ship_{name}"[:80]] = "no field of an address"
            elif trouble := text.trouble(value, ROOM[f"ship_{name}"]):
                self.faults[f"ship_{name}"] = trouble
            else:
                self.values[f"ship_{name}"] = ids.mask_cards(value) if name == "name" else value

    def shipping(self, change: commands.SetShipping) -> None:
        if change.method is not None:
            if change.method not in SHIPPING_METHODS:
                self.faults["shipping_method"] = f"one of {', '.join(filter(None, SHIPPING_METHODS))}"
            self.values["shipping_method"] = change.method
        if change.price is not None:
            if not 0 <= change.price <= units.MOST_MINOR:
                self.faults["shipping"] = "0 or more, and in range"
            self.values["shipping"] = change.price

    def priority(self, change: commands.SetPriority) -> None:
        if change.priority not in PRIORITIES:
            self.faults["priority"] = f"one of {', '.join(map(str, PRIORITIES))}"
        self.values["priority"] = change.priority

    def discount(self, change: commands.Discount) -> None:
        """Over the lines as this same edit leaves them."""
        if why := text.trouble(change.name, named.LONGEST) if change.name else "":
            self.faults["discount_name"] = why
            return
        if (
            (change.amount is None) == (change.percent is None)
            or not 0 <= (change.percent or 0) <= 100
            or (change.amount or 0) < 0
        ):
            self.faults["discount"] = "an amount of 0 or more, or a percentage from 0 to 100"
            return
        open_lines = [line for line in self.facts.lines if not rules.sealed(line)]
        lines = open_lines if change.line_id is None else [line for line in self.facts.lines if line.id == change.line_id]
        worths = [self._worth(line) for line in lines]
        if not lines:
            self.faults["discount"] = "no line can be discounted any more"
        elif change.percent is not None:
            shares = [amounts.percent_of(worth, change.percent) for worth in worths]
        else:
            shares = spread(change.amount or 0, worths)
        for line, share in zip(lines, shares if lines else (), strict=True):
            self._discount(line, share, change)

    def _discount(self, line: LineFacts, share: int, change: commands.Discount) -> None:
        names = change.names
        if change.name:
            now = self.values.get(field_of(line.id, "discount"), line.discount)
            held = named.decode(self.values.get(field_of(line.id, "discounts"), named.encode(line.discounts)))
            names = amounts.with_named(held, now, Named(change.name, share))
            share = named.summed(names)
        elif change.line_id is None:
            names = ()
        self.put(line.id, "discount", share)
        self.rename(line.id, "discounts", names, share)

    def _worth(self, line: LineFacts) -> int:
        quantity = self.values.get(field_of(line.id, "quantity"), line.live)
        price = self.values.get(field_of(line.id, "unit_price_e4"), line.unit_price_e4)
        return units.extended(quantity, price, self.facts.currency)


_TAKES: Mapping[type, Callable[[_Asked, Any], None]] = {
    commands.SetQuantity: _Asked.quantity,
    commands.RemoveLine: _Asked.remove,
    commands.Reprice: _Asked.price,
    commands.SetTax: _Asked.tax,
    commands.AddLine: _Asked.add,
    commands.ReplaceSku: _Asked.replace,
    commands.SetAddress: _Asked.address,
    commands.SetShipping: _Asked.shipping,
    commands.SetPriority: _Asked.priority,
}
