"""Bodies about preorders, and the commands they mean."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from dashboard.api.bodies import Body, Version
from dashboard.api.purchasing_bodies import Day
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid


class PreorderBody(Body):
    """available_from: the SKU is on preorder until that day; null ends it. cap: units that may wait meanwhile, null for any number."""

    available_from: Day | None
    cap: Annotated[int, Field(ge=0, le=units.MOST_UNITS)] | None = None

    def command(self, sku: str) -> SetPreorder:
        return SetPreorder(sku, _day(self.available_from), self.cap)


class EarlyBody(Body):
    """reason: why the order leaves before its items are on sale."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]
    version: Version = None


class ToldBody(Body):
    """The customer was told the day that the order promises now."""

    version: Version = None


def _day(text: str | None) -> dt.date | None:
    """Raises: Invalid, naming the field."""
    try:
        return dt.date.fromisoformat(text) if text is not None else None
    except ValueError:
        message = "must be a day like 2026-12-01"
        raise Invalid(f"available_from {message}.", fields={"available_from": message}) from None
