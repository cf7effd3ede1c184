"""What a body says of the lots or serial numbers of units that move."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from dashboard.api.bodies import Body, Units
from dashboard.inventory.tracked_units import MOST_CODE, MOST_LOTS, MOST_SERIALS, NOTHING, Given, LotUnits
from dashboard.kernel.errors import Invalid

Word = Annotated[str, Field(min_length=1, max_length=MOST_CODE)]
Day = Annotated[str, Field(max_length=10, description="ISO 8601 day, its last good one", json_schema_extra={"format": "date"})]


class LotBody(Body):
    """expires_on: needed when the lot is new."""

    lot: Word
    units: Units
    expires_on: Day | None = None


class GivenBody(Body):
    """lots: of a SKU that is kept by lot, together all the units; serials: of one with serial numbers, one for each unit."""

    lots: Annotated[list[LotBody], Field(max_length=MOST_LOTS)] = []
    serials: Annotated[list[Word], Field(max_length=MOST_SERIALS)] = []

    def given(self) -> Given:
        """Raises: Invalid (fields: lots.0.expires_on), for what is no day."""
        if not self.lots and not self.serials:
            return NOTHING
        lots = tuple(LotUnits(lot.lot, lot.units, _day(lot.expires_on, place)) for place, lot in enumerate(self.lots))
        return Given(lots, tuple(self.serials))


class GivenOfSkuBody(GivenBody):
    sku: Annotated[str, Field(min_length=1, max_length=64)]


def by_sku(lines: list[GivenOfSkuBody]) -> dict[str, Given]:
    return {line.sku.strip().upper(): line.given() for line in lines}


def _day(typed: str | None, place: int) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        message = "must be a day like 2027-06-30"
        raise Invalid(f"expires_on {message}.", fields={f"lots.{place}.expires_on": message}) from None
