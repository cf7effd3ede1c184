"""An order's facts in the words of the screens: its badge, its next step, when it is due. Pure."""

import datetime as dt
import zoneinfo
from typing import Any, NamedTuple

from dashboard.orders.rules import WORK_PHASE

AT_RISK_WITHIN = dt.timedelta(hours=4)
DUE_PHASES = frozenset({"on_hold", "payment_due", "out_of_stock", "to_route", "to_pick", "to_pack", "to_ship", "disputed"})
WORKING = frozenset({"to_pick", "to_pack", "to_ship"})

STEPS = {
    "disputed": ("Answer the dispute", "money"),
    "on_hold": ("Release hold", "holds"),
    "payment_due": ("Record payment", "money"),
    "out_of_stock": ("Wait for stock", "lines"),
    "to_route": ("Find stock", "lines"),
    "in_transit": ("Confirm delivery", "work"),
    "delivery_problem": ("Look into delivery", "work"),
    "delivered": ("Take payment", "money"),
    "return_open": ("Inspect return", "work"),
}
WORK_STEPS = {
    "allocated": "Release",
    "released": "Pick",
    "picking": "Pick the rest",
    "picked": "Pack",
    "packing": "Pack the rest",
    "packed": "Ship",
}
READINESS = {
    "ready": ("ok", "check", "Ready"),
    "part": ("warn", "half", "Part ready"),
    "none": ("bad", "cross", "Not ready"),
}
"""How much of an open order could leave now: colour, shape and word."""


class Due(NamedTuple):
    """text: when, in few words; state: overdue, at_risk or empty."""

    text: str
    state: str


def badge_of(phase: str, work: str | None) -> str:
    """The status word of an order: how far its work is where that is what it waits for, else its phase."""
    return work if phase in WORKING and work in WORK_PHASE and work else phase


def next_step(phase: str, work: str | None) -> tuple[str, str] | None:
    """(what to do next, the section of the order page where it is done); None when there is nothing."""
    if phase in WORKING:
        return WORK_STEPS.get(work or "", "Release"), "work"
    return STEPS.get(phase)


def due(ship_by: dt.datetime | None, phase: str, now: dt.datetime, zone: dt.tzinfo) -> Due:
    """'16:30' today, 'Tomorrow', 'Wed 25 Nov'; at risk within four hours, overdue after."""
    if ship_by is None:
        return Due("–", "")
    text = day_words(ship_by, now, zone)
    if phase not in DUE_PHASES or ship_by > now + AT_RISK_WITHIN:
        return Due(text, "")
    return Due(text, "overdue" if ship_by < now else "at_risk")


def day_words(at: dt.datetime, now: dt.datetime, zone: dt.tzinfo) -> str:
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return local.strftime("%H:%M")
    if days in (1, -1):
        return "Tomorrow" if days == 1 else "Yesterday"
    return local.strftime("%a %d %b" if local.year == today.year else "%d %b %Y")


def zone_of(locations: list[Any]) -> dt.tzinfo:
    """The zone of the shop's first location; UTC without one."""
    return zoneinfo.ZoneInfo(locations[0].time_zone) if locations else dt.UTC
