"""How a return moves on, and why goods come back. Pure."""

from typing import Any

from dashboard.kernel.states import StateTable

RETURN = StateTable("return", ["requested", "received"], {
    "requested": ("approved", "declined"),
    "approved": ("in_transit", "partially_received", "received"),
    "in_transit": ("partially_received", "received"),
    "partially_received": ("received",),
    "received": ("inspected", "closed"),
    "inspected": ("resolved",),
    "resolved": ("closed",),
    "declined": (), "closed": (),
})
REASONS = {
    "changed_mind": "Changed mind", "wrong_item": "Wrong item", "missing_item": "Item missing", "damaged": "Arrived damaged",
    "not_as_described": "Not as described", "too_late": "Arrived too late", "other": "Other",
}
DISPOSITIONS = ("restock", "damaged", "quarantine", "scrap", "vendor")


def stock_change(disposition: str, units: int) -> dict[str, Any]:
    """Which buckets change when so many units come back; scrap and vendor never reach the shelf."""
    if disposition == "restock":
        return {"on_hand": units}
    if disposition in ("damaged", "quarantine"):
        return {"on_hand": units, disposition: units}
    return {}
