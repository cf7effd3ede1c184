"""An exception as its templates show it."""

import datetime as dt
from typing import NamedTuple

from dashboard.accounts import roles
from dashboard.accounts import store as accounts
from dashboard.desk.rules import FIXES, KINDS, Kind
from dashboard.desk.store import Counts, Row
from dashboard.kernel import clock

STATES = {"open": "the queue", "snoozed": "Snoozed", "resolved": "Resolved"}
STEPS = {
    "opened": ("triangle", "Opened"),
    "reopened": ("triangle", "Back again"),
    "assigned": ("user", "Assigned"),
    "snoozed": ("pause", "Snoozed"),
    "woken": ("bell", "Woke up"),
    "tried": ("bolt", "Tried"),
    "resolved": ("check", "Resolved"),
    "cleared": ("check", "Closed itself"),
    "taken_back": ("return", "Resolution taken back"),
}


class RowView(NamedTuple):
    """views: names of the lists that show it; suggestion: the suggested fix in words; created: a number that rises with each opening."""

    id: int
    version: int
    kind: str
    label: str
    role: str
    shape: str
    summary: str
    number: str | None
    suggestion: str
    assignee: str | None
    state: str
    moved_to: str
    views: str
    created: int
    times: int
    opened_at: dt.datetime
    snoozed_until: dt.datetime | None
    resolved_at: dt.datetime | None
    resolved_by: str | None
    cleared: bool


def row_view(row: Row) -> RowView:
    kind = KINDS[row.kind]
    moved = STATES[row.state] if row.state != "open" else (f"{row.assignee}'s" if row.assignee else "nobody's")
    if row.state == "resolved":
        moved = "closed by itself" if row.cleared else f"Resolved by {row.resolved_by}"
    return RowView(
        row.id, row.version, row.kind, kind.label, kind.role, kind.shape, row.summary, row.number, suggestion(kind), row.assignee,
        row.state, moved, " ".join(lists_with(row)), clock.micros(row.opened_at), row.times, row.opened_at, row.snoozed_until,
        row.resolved_at, row.resolved_by, row.cleared,
    )  # fmt: skip


def suggestion(kind: Kind) -> str:
    return FIXES[kind.fixes[0]].label if kind.fixes else "Look into it"


def lists_with(row: Row) -> list[str]:
    """The names of the lists this row stands in, as list_name makes them."""
    owner = row.assignee_id
    views = {"open": ["open", "unassigned" if owner is None else "mine"]}.get(row.state, [row.state])
    found = []
    for view in views:
        for kind in ("", row.kind):
            found += [list_name(view, kind, None, owner), *([list_name(view, kind, owner, owner)] if owner is not None else [])]
    return list(dict.fromkeys(found))


def list_name(view: str, kind: str, owner: int | None, user_id: int | None) -> str:
    """The name of a list: the same on every screen that shows the same."""
    whose = f"-{user_id}" if view == "mine" else ""
    return f"{view}{whose}" + (f":{kind}" if kind else "") + (f"@{owner}" if owner is not None else "")


def facets(counts: Counts) -> dict[str, int | str]:
    """Every count a screen may show, by its name; nothing for none, so that a badge of 0 is no badge."""
    shown: dict[str, int | str] = {
        "exceptions-open": counts.open,
        "exceptions-unassigned": counts.owners.get(None, 0),
        "exceptions-snoozed": counts.snoozed,
        "nav/exceptions": counts.open or "",
    }
    shown |= {f"exceptions-kind-{kind}": counts.kinds.get(kind) or "" for kind in KINDS}
    return shown | {f"exceptions-mine-{owner}": count for owner, count in counts.owners.items() if owner is not None}


def people() -> list[tuple[str, str]]:
    """Who may have an exception: (user id, name)."""
    return [
        (str(user.id), user.name or user.email)
        for user in accounts.users()
        if user.active and "orders.update" in roles.permissions_for(user.role, "user")
    ]
