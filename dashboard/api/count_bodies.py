"""Bodies about counts, and the commands they mean."""

from typing import Annotated

from pydantic import Field

from dashboard.api.bodies import Body, Version
from dashboard.api.stock_bodies import Code
from dashboard.api.tracked_bodies import GivenBody
from dashboard.counts.commands import CancelCount, CountUnits, DecideLines, OpenCount
from dashboard.counts.due import MOST
from dashboard.counts.rules import MOST_LINES
from dashboard.kernel.units import MOST_UNITS

LineId = Annotated[str, Field(pattern=r"^\d{1,18}$")]


class CountBody(Body):
    """Without SKUs: what is due at the location, at most `most` lines; with a bin, all that is known to lie in it."""

    location: Annotated[str, Field(min_length=1, max_length=20, description="A location's code")]
    skus: Annotated[list[Code], Field(min_length=1, max_length=MOST_LINES, description="Codes or barcodes")] | None = None
    most: Annotated[int, Field(ge=1, le=MOST_LINES)] = MOST
    note: Annotated[str, Field(max_length=2000)] = ""
    bin: Annotated[str, Field(min_length=1, max_length=30, description="A bin's code: count what lies there")] | None = None

    def command(self, due: tuple[str, ...]) -> OpenCount:
        """due: the codes of what is due there, for a body without SKUs."""
        if self.bin is not None:
            return OpenCount(self.location, tuple(self.skus or ()), self.note, bin=self.bin)
        if self.skus is None:
            return OpenCount(self.location, due, self.note, "schedule")
        return OpenCount(self.location, tuple(self.skus), self.note)


class CountEntryBody(Body):
    """What was found of a SKU: every unit at the location, picked and packed ones that have not left too."""

    sku: Annotated[str, Field(min_length=1, max_length=64, description="Code or barcode")]
    units: Annotated[int, Field(ge=0, le=MOST_UNITS)]

    def command(self, number: str) -> CountUnits:
        return CountUnits(number, self.sku, self.units)


class NamedLineBody(GivenBody):
    """line: the id of a figure; lots or serials: what its variance is of."""

    line: LineId


class DecisionBody(Body):
    """lines: ids of figures; without them every counted one. version: of the count as it was read."""

    lines: Annotated[list[LineId], Field(min_length=1, max_length=MOST_LINES)] | None = None
    version: Version = None

    def command(self, number: str) -> DecideLines:
        return DecideLines(number, self.chosen(), self.version)

    def chosen(self) -> tuple[int, ...] | None:
        return None if self.lines is None else tuple(int(line) for line in self.lines)


class ApprovalBody(DecisionBody):
    """named: of which lots, or with which serial numbers, a variance is. What is found needs it, and serial numbers that are missing;
    what is missing of a SKU kept by lot goes earliest expiry first without.
    """

    named: Annotated[list[NamedLineBody], Field(max_length=MOST_LINES)] = []

    def command(self, number: str) -> DecideLines:
        return DecideLines(number, self.chosen(), self.version, {int(one.line): one.given() for one in self.named})


class CountCancellationBody(Body):
    version: Version = None

    def command(self, number: str) -> CancelCount:
        return CancelCount(number, self.version)
