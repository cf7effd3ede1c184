"""What became of an order since somebody looked at it."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.kernel import outbox

LOOK_BACK = 200
TOLD = {"HoldPlaced": ("Hold", "kind"), "HoldReleased": ("Hold released", "kind")}


class Change(NamedTuple):
    """field: the column or fact; before: as it was seen (empty for something new); after: as it is now."""

    field: str
    before: str
    after: str
    actor: str
    at: dt.datetime


def changes_since(connection: sa.Connection, order_id: int, version: int) -> list[Change]:
    """Headlines and holds that changed after this version of the order, each once, newest state; notes and the like change nothing."""
    found: dict[str, Change] = {}
    for event in reversed(outbox.of_order(connection, order_id, limit=LOOK_BACK)):
        if event.entity != "order" or event.version <= version:
            continue
        for field, before, after in _told(event):
            seen = found[field].before if field in found else before
            found[field] = Change(field, seen, after, event.actor_name, event.at)
    return [change for change in found.values() if change.before != change.after]


def _told(event: outbox.Recorded) -> list[tuple[str, str, str]]:
    if event.type == "OrderProgressed":
        return [(name, event.data["before"].get(name) or "", value or "") for name, value in event.data["after"].items()]
    if event.type in TOLD:
        label, name = TOLD[event.type]
        return [(f"{label}: {event.data[name]}", "", event.data["kind"])]
    return []
