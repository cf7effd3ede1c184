"""Work, parcels and movements of stock in words."""

from collections.abc import Mapping
from typing import Any

from dashboard.fulfilment.rules import REJECT_REASONS
from dashboard.orders.store import Entry
from dashboard.orders.views.telling import Said, Telling, in_words, units_of
from dashboard.web.filters import number

WORK = {
    "released": ("target", "Released to the warehouse"),
    "picking": ("half", "Picking"),
    "picked": ("dot", "Picked"),
    "packing": ("square", "Packing"),
    "packed": ("box", "Packed"),
    "shipped": ("truck", "Shipped"),
    "cancelled": ("ban", "Work stopped"),
    "rejected": ("cross", "Rejected"),
    "closed": ("lock", "Closed"),
}
CHANGED = {"edited": "The order was changed", "cancelled": "Part of the order was cancelled", "moved": "Units went to another order"}
MOVES = {
    "allocated": ("ring", "Allocated"),
    "released": ("return", "Freed"),
    "picked": ("dot", "Picked"),
    "shipped": ("truck", "Left the shelf"),
    "returned": ("return", "Came back"),
}


def opened(data: Mapping[str, Any], telling: Telling) -> Said:
    """A location is to send units."""
    return Said(2, "status", "warehouse", f"{data['number']}: {units_of(data['units'])} to send from {_place(data, telling)}")


def moved(data: Mapping[str, Any], telling: Telling) -> Said:
    """A step at a location."""
    icon, word = WORK.get(data["after"], ("dot", in_words(data["after"]).capitalize()))
    units = f", {units_of(data['units'])}" if data["units"] else ""
    why = (_why_not(data["reason"]),) if data.get("reason") else ()
    rank = 2 if data["after"] in ("shipped", "closed", "cancelled") else 6
    where = f"{data['number']} in {_place(data, telling)}"
    aside = f"{'Work stopped' if data['after'] == 'cancelled' else 'Work changed'}: {where}" if data.get("reason") in CHANGED else ""
    return Said(rank, "status", icon, f"{word}: {where}{units}", why, aside=aside)


def _why_not(reason: str) -> str:
    """A short pick, a location that rejected the work, or an order that was changed."""
    return CHANGED.get(reason) or REJECT_REASONS.get(reason) or f"Short: {in_words(reason)}"


def _place(data: Mapping[str, Any], telling: Telling) -> str:
    return telling.places.get(data["location_id"], "a location")


def shipped(data: Mapping[str, Any], _telling: Telling) -> Said:
    """A parcel left."""
    return Said(
        7,
        "status",
        "truck",
        f"Shipped with {data['carrier']} {data['tracking_number']}: {data['number']}, {units_of(data['units'])}",
    )


def parcel(data: Mapping[str, Any], _telling: Telling) -> Said:
    """What the carrier says of a parcel."""
    return Said(
        7, "status", "truck", f"Parcel {data['tracking_number']} is {in_words(data['after'])}", (f"Was {in_words(data['before'])}",)
    )


def movement(entry: Entry) -> Said:
    """A ledger row: units of one SKU at one location."""
    data = entry.data
    icon, word = MOVES.get(entry.type.partition(":")[2], ("stack", in_words(entry.type.partition(":")[2]).capitalize()))
    units = abs(data["on_hand"] or data["allocated"])
    after = f", {number(data['after'])} on hand after" if data["on_hand"] else ""
    return Said(3, "stock", icon, f"{word}: {number(units)} × {data['sku']} in {data['location']}{after}")
