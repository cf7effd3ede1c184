"""Bodies about bins, and the commands they mean."""

from typing import Annotated, Any, Literal

from pydantic import Field

from dashboard.api.bodies import Body, Units
from dashboard.api.stock_bodies import Code
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway, UpdateBin
from dashboard.inventory.bin_rules import LAST_ORDER, STATES
from dashboard.inventory.bins import FIELDS, MOST_AT_ONCE

BinCode = Annotated[str, Field(min_length=1, max_length=30, description="A bin's code, as on its label")]
PickOrder = Annotated[int, Field(ge=0, le=LAST_ORDER, description="Lower is walked to first")]


class BinsBody(Body):
    """The first bin stands at pick_order, each next one a step later."""

    codes: Annotated[list[BinCode], Field(min_length=1, max_length=MOST_AT_ONCE)]
    pick_order: PickOrder = 0
    pickable: bool = True

    def command(self, location: str) -> CreateBins:
        return CreateBins(location, tuple(self.codes), self.pick_order, self.pickable)


class BinChangeBody(Body):
    """What is left out stays. pickable and active change while the bin is empty."""

    version: Annotated[int, Field(ge=1, le=2**53)]
    pick_order: PickOrder | None = None
    pickable: bool | None = None
    active: bool | None = None

    def command(self, location: str, bin_: Any) -> UpdateBin:
        given = {name: getattr(self, name) for name in FIELDS}
        wanted = {name: getattr(bin_, name) if value is None else value for name, value in given.items()}
        return UpdateBin(location, bin_.code, self.version, **wanted)


class PutAwayBody(Body):
    """sku: a code or barcode. state: what units are that go into a bin that is not pickable."""

    sku: Code
    bin: BinCode
    units: Units
    state: Literal[tuple(STATES)] = "sellable"  # type: ignore[valid-type]

    def command(self, location: str) -> PutAway:
        return PutAway(self.sku, location, self.bin, self.units, self.state)


class BinMoveBody(Body):
    """to_bin null: out of the bin, into none."""

    sku: Code
    from_bin: BinCode
    to_bin: BinCode | None
    units: Units

    def command(self, location: str) -> MoveUnits:
        return MoveUnits(self.sku, location, self.from_bin, self.to_bin or "", self.units)
