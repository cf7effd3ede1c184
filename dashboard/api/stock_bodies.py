"""Bodies about SKUs, stock, work and money, and the commands they mean."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from dashboard.api import bodies
from dashboard.api.bodies import Amount, Body, Moment, Units, Version
from dashboard.api.tracked_bodies import GivenBody
from dashboard.catalog.commands import CreateSku, UpdateSku
from dashboard.catalog.rules import HEAVIEST_GRAMS, KINDS, LONGEST_CODE, LONGEST_NAME, MOST_PARTS, MOST_PER_KIT, TRACKS
from dashboard.fulfilment.rules import REJECT_REASONS, SHORT_REASONS
from dashboard.inventory.bins import folded
from dashboard.inventory.commands import AdjustStock
from dashboard.inventory.rules import REASONS
from dashboard.inventory.tracked_units import Given
from dashboard.kernel import units

Signed = Annotated[int, Field(ge=-units.MOST_UNITS, le=units.MOST_UNITS)]
Code = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Grams = Annotated[int, Field(ge=0, le=HEAVIEST_GRAMS)]
Currency = Annotated[str, Field(min_length=3, max_length=3)]


class ComponentBody(Body):
    """quantity: units of this SKU in one kit."""

    sku: Code
    quantity: Annotated[int, Field(ge=1, le=MOST_PER_KIT)]


Components = Annotated[list[ComponentBody], Field(max_length=MOST_PARTS)]


class SkuBody(Body):
    """components: of a kit, 1 to 50 stock items; they cannot be given for another kind.

    tracks: lots (with an expiry each) or serials (a number for each unit), of a stock item; later it changes only without stock.
    """

    sku: Code
    name: Name
    barcode: Annotated[str, Field(max_length=20)] | None = None
    kind: Literal[KINDS] = "stock"  # type: ignore[valid-type]
    unit_price: Amount = "0"
    currency: Currency = "GBP"
    weight_grams: Grams = 0
    active: bool = True
    components: Components = []
    tracks: Literal[tuple(TRACKS)] = "none"  # type: ignore[valid-type]

    def command(self) -> CreateSku:
        return CreateSku(
            self.sku, self.name, self.barcode, self.kind, bodies.price_e4(self.unit_price, "unit_price") or 0, self.currency,
            self.weight_grams, self.active, recipe(self.components), self.tracks,
        )


class SkuChangeBody(Body):
    """Only the fields that are sent change; components are all parts of the kit, in place of what it had."""

    version: Annotated[int, Field(ge=1, le=2**53)]
    name: Name | None = None
    barcode: Annotated[str, Field(max_length=20)] | None = None
    unit_price: Amount | None = None
    currency: Currency | None = None
    weight_grams: Grams | None = None
    active: bool | None = None
    components: Components | None = None

    def command(self, code: str) -> UpdateSku:
        sent: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set - {"version"}}
        if "unit_price" in sent:
            sent["unit_price_e4"] = bodies.price_e4(sent.pop("unit_price"), "unit_price")
        empty = [name for name, value in sent.items() if value is None and name != "barcode"]
        if empty:
            raise bodies.Invalid(f"{empty[0]} cannot be null.", fields=dict.fromkeys(empty, "cannot be null"))
        if "components" in sent:
            sent["components"] = recipe(sent["components"])
        return UpdateSku(code, self.version, sent)


def recipe(components: Sequence[ComponentBody]) -> tuple[tuple[str, int], ...]:
    """(SKU code, units in one kit) of each part."""
    return tuple((part.sku, part.quantity) for part in components)


class AdjustmentBody(GivenBody):
    """Either `change`, or `on_hand` with the `expected` figure it replaces.

    A reason that is not in our list counts as `other` and stands in the note. bin: the one that gains or loses the units.
    """

    sku: Code
    location: Annotated[str, Field(min_length=1, max_length=20)]
    reason: Annotated[str, Field(min_length=1, max_length=200, examples=list(REASONS))]
    change: Signed | None = None
    on_hand: Annotated[int, Field(ge=0, le=units.MOST_UNITS)] | None = None
    expected: Signed | None = None
    note: Annotated[str, Field(max_length=2000)] = ""
    bin: Annotated[str, Field(max_length=30)] = ""

    def command(self) -> AdjustStock:
        reason, note = (self.reason, self.note) if self.reason in REASONS else ("other", f"{self.reason}. {self.note}".strip())
        return AdjustStock(
            self.sku, self.location, reason, self.change, self.on_hand, self.expected, note, given=self.given(), bin=self.bin
        )


class ReleaseBody(Body):
    version: Version = None


class RejectionBody(Body):
    """This location cannot send it: another one is asked, never this one again for this order."""

    reason: Literal[tuple(REJECT_REASONS)]  # type: ignore[valid-type]
    version: Version = None


class LineUnits(Body):
    """id: of the fulfilment order's line."""

    id: Annotated[str, Field(pattern=r"^\d{1,18}$")]
    quantity: Units


class PickedUnits(LineUnits, GivenBody):
    """bins: codes of the bins they were taken out of; without, those that the pick list names."""

    bins: Annotated[list[Annotated[str, Field(min_length=1, max_length=30)]], Field(max_length=50)] = []


class PicksBody(Body):
    """Without lines: everything that is left. short: close picking with what was found; the rest is backordered."""

    lines: Annotated[list[PickedUnits], Field(min_length=1, max_length=2000)] | None = None
    short: Literal[tuple(SHORT_REASONS)] | None = None  # type: ignore[valid-type]
    version: Version = None

    def units(self) -> dict[int, int] | None:
        return units_by_line(self.lines)

    def given(self) -> dict[int, Given]:
        """{line id: its lots or serial numbers} of the lines that say some."""
        return {int(line.id): given for line in self.lines or () if (given := line.given()).named}

    def told(self) -> dict[int, list[str]]:
        """{line id: codes of bins}, folded."""
        return {int(line.id): [folded(code) for code in line.bins] for line in self.lines or ()}


class PackagesBody(Body):
    """Without lines: everything that was picked. errors: wrong, missing or extra items found while packing."""

    lines: Annotated[list[LineUnits], Field(min_length=1, max_length=2000)] | None = None
    errors: Annotated[int, Field(ge=0, le=10_000)] = 0
    version: Version = None

    def units(self) -> dict[int, int] | None:
        return units_by_line(self.lines)


class ShipmentBody(Body):
    carrier: Annotated[str, Field(min_length=1, max_length=40)]
    tracking_number: Annotated[str, Field(min_length=1, max_length=60)]
    weight_grams: Grams = 0
    expected_at: Moment | None = None
    version: Version = None


class CaptureBody(Body):
    """Without an amount: what the order still costs, as far as it is authorized."""

    amount: Amount | None = None
    version: Version = None


class RefundBody(Body):
    amount: Amount
    reason: Annotated[str, Field(max_length=200)] = ""
    version: Version = None


class VoidBody(Body):
    """amount: a part of what is not captured; without, all of it."""

    amount: Amount | None = None
    version: Version = None


def units_by_line(lines: Sequence[LineUnits] | None) -> dict[int, int] | None:
    """{line id: units}, a line named twice counted together; None for all."""
    if lines is None:
        return None
    total: dict[int, int] = {}
    for line in lines:
        total[int(line.id)] = total.get(int(line.id), 0) + line.quantity
    return total
