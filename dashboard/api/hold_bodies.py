"""Bodies about timed stock holds and what channels may sell, and the commands they mean."""

from typing import Annotated

from pydantic import Field

from dashboard.api.bodies import Body, Units, Version
from dashboard.inventory.hold_commands import MOST_LINES, MOST_MINUTES, ExtendHold, HoldStock
from dashboard.inventory.selling_commands import MOST_BUFFERS, SetChannelRule
from dashboard.kernel import units

Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES, description="Minutes from now")]
Buffer = Annotated[int, Field(ge=0, le=units.MOST_UNITS, description="Units left to the other channels")]


class HoldLineBody(Body):
    sku: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Units


class StockHoldBody(Body):
    """All lines are held, or none. A SKU named twice counts together."""

    channel: Annotated[str, Field(min_length=1, max_length=40)]
    lines: Annotated[list[HoldLineBody], Field(min_length=1, max_length=MOST_LINES)]
    minutes: Minutes

    def command(self) -> HoldStock:
        return HoldStock(self.channel, tuple((line.sku, line.quantity) for line in self.lines), self.minutes)


class HoldChangeBody(Body):
    minutes: Minutes
    version: Version = None

    def command(self, token: str, channel: str | None) -> ExtendHold:
        return ExtendHold(token, self.minutes, channel, self.version)


class ChannelRuleBody(Body):
    """The whole rule. locations: codes, none for all; buffers: units of single SKUs in place of `buffer`."""

    locations: Annotated[list[Annotated[str, Field(min_length=1, max_length=20)]], Field(max_length=1000)] = []
    buffer: Buffer = 0
    buffers: Annotated[dict[Annotated[str, Field(min_length=1, max_length=64)], Buffer], Field(max_length=MOST_BUFFERS)] = {}
    version: Version = None

    def command(self, channel: str) -> SetChannelRule:
        return SetChannelRule(channel, tuple(self.locations), self.buffer, dict(self.buffers), self.version)
