"""A bulk action in words, the same for pages, pushes and the API."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.bulk.choosing import NOBODY
from dashboard.bulk.rules import ACTIONS, DOCUMENTS, RELEASABLE, reason_of
from dashboard.orders.store import person_name


class Telling(NamedTuple):
    """title: what it is; line: how far it is, in one sentence; role and shape: its state besides the word."""

    title: str
    line: str
    state: str
    role: str
    shape: str


STATES = {
    "draft": ("Not started", "neutral", "ring-dashed"),
    "queued": ("Waiting for its turn", "neutral", "hourglass"),
    "running": ("Running", "info", "half"),
    "done": ("Done", "ok", "check"),
    "stopped": ("Stopped", "warn", "ban"),
}


def telling(connection: sa.Connection, run: Any) -> Telling:
    """run: its columns."""
    kind = ACTIONS[run.action]
    details = choice_words(connection, json.loads(run.choice))
    undo = "Undo: " if run.undoes_id else ""
    title = f"{undo}{kind.label} {orders(run.total)}" + (f" ({', '.join(details)})" if details else "")
    state, role, shape = STATES[run.status]
    if run.status == "done" and run.skipped:
        role, shape = "warn", "triangle"
    return Telling(title, line(run), state, role, shape)


def line(run: Any) -> str:
    """How far it is: "Held 9 990 orders, skipped 10." """
    kind = ACTIONS[run.action]
    skipped = f", skipped {number(run.skipped)}" if run.skipped else ""
    if run.status in ("queued", "running", "draft"):
        doing = "Taking back" if run.undoes_id else kind.doing
        return f"{doing} {orders(run.total)}: {number(run.done)} done{skipped}."
    left = run.total - run.done - run.skipped
    rest = f", left {number(left)} alone" if left else ""
    return f"{did(run)} {orders(run.done)}{skipped}{rest}."


def did(run: Any) -> str:
    return f"Undone: {ACTIONS[run.action].label.lower()} of" if run.undoes_id else ACTIONS[run.action].did


def choice_words(connection: sa.Connection, choice: Mapping[str, str]) -> list[str]:
    """What was chosen, without the note."""
    found = []
    if choice.get("kind"):
        found.append(RELEASABLE[choice["kind"]].lower())
    if choice.get("until"):
        found.append(f"until {choice['until'][:16].replace('T', ' ')} UTC")
    if choice.get("tag"):
        found.append(choice["tag"])
    if choice.get("user"):
        found.append("to nobody" if choice["user"] == NOBODY else f"to {person_name(connection, int(choice['user']))}")
    if choice.get("document"):
        found.append(DOCUMENTS[choice["document"]].lower())
    if choice.get("reason"):
        found.append(reason_of(choice["reason"]).lower())
    return found


def orders(count: int) -> str:
    return "1 order" if count == 1 else f"{number(count)} orders"


def number(count: int) -> str:
    return f"{count:,}"
