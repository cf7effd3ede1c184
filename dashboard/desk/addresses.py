"""Addresses that cannot be right, as the rounds look for them. Pure."""

from typing import NamedTuple

from dashboard.orders.addresses import sure_troubles
from dashboard.orders.commands import Address


class Place(NamedTuple):
    """Where an order goes, as the channel wrote it."""

    line1: str
    city: str
    postal_code: str
    country: str


def faults(place: Place) -> list[str]:
    """What cannot be right, in words without a person's data; empty for an address that may be right, or for none at all."""
    address = Address("", place.line1, "", place.city, "", place.postal_code, place.country)
    return [trouble.message for trouble in sure_troubles(address)]
