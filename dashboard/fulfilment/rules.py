"""How the work of a location and a parcel may move on. Pure."""

from dashboard.kernel.states import StateTable

WORK = StateTable("fulfilment order", ["allocated", "backordered"], {
    "backordered": ("allocated", "cancelled"),
    "allocated": ("released", "rejected", "cancelled", "backordered"),
    "released": ("picking", "picked", "rejected", "cancelled"),
    "picking": ("picked", "rejected", "cancelled"),
    "picked": ("packing", "packed", "cancelled"),
    "packing": ("packed",),
    "packed": ("shipped",),
    "shipped": ("closed",),
    "closed": (), "rejected": (), "cancelled": (),
})
OPEN = ("backordered", "allocated", "released", "picking", "picked", "packing", "packed")
CANCELLABLE = ("backordered", "allocated", "released", "picking")

_MOVING = ("in_transit", "out_for_delivery", "available_for_pickup", "failed_attempt", "exception", "delivered", "lost", "damaged",
           "returning", "returned_to_sender")
PARCEL = StateTable("parcel", ["draft", "labelled", "handed_over"], {
    "draft": ("labelled", "handed_over"),
    "labelled": ("handed_over", "voided"),
    "handed_over": _MOVING,
    **{status: tuple(other for other in _MOVING if other != status)
       for status in ("in_transit", "out_for_delivery", "available_for_pickup", "failed_attempt", "exception", "returning")},
    "delivered": (), "lost": (), "damaged": (), "returned_to_sender": (), "voided": (),
})
ON_THE_ROAD = tuple(status for status in PARCEL.statuses if PARCEL.allows(status, "delivered"))
PROBLEMS = frozenset({"failed_attempt", "exception", "lost", "damaged", "returning", "returned_to_sender"})
SHORT_REASONS = {"not_found": "Not found", "damaged": "Damaged", "wrong_bin": "Wrong bin"}
REJECT_REASONS = {"no_stock": "Not in stock here", "no_capacity": "No capacity today", "closed": "Closed", "cannot_ship": "Cannot ship it"}
REJECTABLE = ("allocated", "released", "picking")

ACTION_NAMES = {
    "allocated": ("release", "Release"), "released": ("pick", "Pick"), "picking": ("pick", "Pick the rest"), "picked": ("pack", "Pack"),
    "packing": ("pack", "Pack the rest"), "packed": ("ship", "Ship"),
}
"""The next legal step of each status: (verb of the page's form, label of the button)."""
