"""Taxes and discounts by name in bodies."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from dashboard.api import bodies
from dashboard.api.bodies import Amount, Body
from dashboard.orders import named
from dashboard.orders.named import Named


class NamedBody(Body):
    """A tax or a discount by name, like VAT 19 % or SUMMER10."""

    name: Annotated[str, Field(min_length=1, max_length=named.LONGEST)]
    amount: Amount


Names = Annotated[list[NamedBody], Field(max_length=named.MOST)]


def names_of(given: Sequence[NamedBody] | None, currency: str, field: str) -> tuple[Named, ...]:
    """Raises: Invalid, for an amount that is none."""
    return tuple(
        Named(one.name, bodies.minor(one.amount, currency, f"{field}.{place}.amount")) for place, one in enumerate(given or ())
    )
