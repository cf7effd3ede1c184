"""Bodies about transfers, and the commands they mean."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from dashboard.api.bodies import Body, Units, Version
from dashboard.api.stock_bodies import Code
from dashboard.api.tracked_bodies import GivenBody, GivenOfSkuBody, Word, by_sku
from dashboard.inventory.tracked_units import MOST_SERIALS, Given
from dashboard.kernel.errors import Invalid
from dashboard.kernel.units import MOST_UNITS
from dashboard.transfers.commands import (
    Arrival,
    CancelTransfer,
    DispatchTransfer,
    DraftedLine,
    DraftTransfer,
    Loss,
    ReceiveTransfer,
    SendBack,
    SettleLoss,
)
from dashboard.transfers.rules import LOSS_REASONS, MOST_LINES

Place = Annotated[str, Field(min_length=1, max_length=20, description="A location's code")]
Note = Annotated[str, Field(max_length=2000)]
Counted = Annotated[int, Field(ge=0, le=MOST_UNITS, description="Whole units")]
Day = Annotated[str, Field(max_length=10, description="ISO 8601 day", json_schema_extra={"format": "date"})]


class TransferLineBody(Body):
    sku: Code
    units: Units


class TransferBody(Body):
    """A draft: nothing moves before its dispatch."""

    from_location: Place
    to_location: Place
    lines: Annotated[list[TransferLineBody], Field(min_length=1, max_length=MOST_LINES)]
    note: Note = ""
    expected_on: Day | None = None

    def command(self) -> DraftTransfer:
        """Raises: Invalid, for a day that is none."""
        lines = tuple(DraftedLine(line.sku, line.units) for line in self.lines)
        return DraftTransfer(self.from_location, self.to_location, lines, self.note, _day(self.expected_on))


class TransferStepBody(Body):
    note: Note = ""
    version: Version = None

    def cancellation(self, number: str) -> CancelTransfer:
        return CancelTransfer(number, self.note, self.version)

    def send_back(self, number: str) -> SendBack:
        return SendBack(number, self.note, self.version)


class DispatchBody(Body):
    """lines: only for SKUs with lots or serial numbers, to say which go; lots go earliest expiry first without."""

    version: Version = None
    lines: Annotated[list[GivenOfSkuBody], Field(max_length=MOST_LINES)] = []

    def command(self, number: str) -> DispatchTransfer:
        return DispatchTransfer(number, self.version, by_sku(self.lines))


class ArrivalBody(GivenBody):
    """received: whole; damaged: they go to the damaged bucket there."""

    sku: Code
    received: Counted = 0
    damaged: Counted = 0


class TransferReceiptBody(Body):
    """Without lines: everything that is on the way arrived whole."""

    lines: Annotated[list[ArrivalBody], Field(min_length=1, max_length=MOST_LINES)] | None = None
    note: Note = ""
    version: Version = None

    def command(self, number: str) -> ReceiveTransfer:
        lines = None if self.lines is None else tuple(Arrival(line.sku, line.received, line.damaged, line.given()) for line in self.lines)
        return ReceiveTransfer(number, lines, self.note, self.version)


class LossLineBody(TransferLineBody):
    """serials: which of them are lost, of a SKU with serial numbers."""

    serials: Annotated[list[Word], Field(max_length=MOST_SERIALS)] = []


class LossBody(Body):
    lines: Annotated[list[LossLineBody], Field(min_length=1, max_length=MOST_LINES)]
    reason: Literal[tuple(LOSS_REASONS)]  # type: ignore[valid-type]
    note: Note = ""
    version: Version = None

    def command(self, number: str) -> SettleLoss:
        lines = tuple(Loss(line.sku, line.units, Given((), tuple(line.serials), f"{line.sku}.")) for line in self.lines)
        return SettleLoss(number, lines, self.reason, self.note, self.version)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        message = "must be a day like 2026-12-24"
        raise Invalid(f"expected_on {message}.", fields={"expected_on": message}) from None
