"""What a machine could not do, in words."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard.orders.views.telling import Said, Telling, in_words, units_of
from dashboard.web.filters import day_time


def opened(data: Mapping[str, Any], _telling: Telling) -> Said:
    """A machine could not go on."""
    return Said(5, "status", "triangle", f"Needs a person: {data['summary']}")


def given(data: Mapping[str, Any], _telling: Telling) -> Said:
    """Somebody is to see to it."""
    whom = f"to {data['assignee']}" if data["assignee"] else "back to everybody"
    return Said(4, "status", "user", f"Exception given {whom}: {in_words(data['kind'])}")


def snoozed(data: Mapping[str, Any], _telling: Telling) -> Said:
    """It waits for a later moment."""
    until = f"snoozed until {day_time(dt.datetime.fromisoformat(data['until']))}" if data["until"] else "back in the queue"
    return Said(4, "status", "pause", f"Exception {until}: {in_words(data['kind'])}")


def tried(data: Mapping[str, Any], _telling: Telling) -> Said:
    """A fix was tried."""
    return Said(4, "status", "bolt", f"Tried to settle: {in_words(data['fix'])}", (data["said"],))


def mapped(data: Mapping[str, Any], _telling: Telling) -> Said:
    """An unknown code has its SKU."""
    return Said(6, "status", "tag", f"{data['was']} is {data['sku']}", (f"{units_of(data['units'])} were of an unknown item",))


def resolved(data: Mapping[str, Any], telling: Telling) -> Said:
    """It is settled."""
    return Said(
        5, "status", "check", f"Settled: {in_words(data['kind'])}", (data["note"],) if data["note"] and telling.sight.full else ()
    )


def unresolved(data: Mapping[str, Any], _telling: Telling) -> Said:
    """The settling was taken back."""
    return Said(5, "status", "return", f"Not settled after all: {in_words(data['kind'])}")
