"""The timeline of an order: one list of everything, by kind if one is asked for; and what a person may still do to their comments."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask

from dashboard.editing import store as editing
from dashboard.kernel.actor import Actor
from dashboard.orders import mentions, store
from dashboard.orders.comments import CHANGEABLE_FOR
from dashboard.orders.views.telling import Telling
from dashboard.orders.views.timeline_words import Item, items
from dashboard.web import paging

OLDER = 30
MOST_LOOKS = 20
"""Pages of the log looked at for one page of a kind: a kind that is rare goes on with "Show earlier"."""
KINDS = {"all": "All", "status": "Status", "stock": "Stock", "money": "Money", "messages": "Messages", "comments": "Comments"}
COMMENTS = ("NoteAdded", "NoteEdited", "NoteDeleted")


def asked_kind() -> str:
    """Which kind this page shows: the address says so, for a part of it the address of the page it belongs to."""
    given = flask.request.args.get("kind")
    if given is None:
        given = parse_qs(urlsplit(flask.request.headers.get("HX-Current-URL", "")).query).get("kind", ["all"])[0]
    return given if given in KINDS else "all"


def timeline_page(
    connection: Any, order: Any, sight: Any, places: list[Any], before: str | None = None, kind: str = "all"
) -> dict[str, Any]:
    """The newest items, or those before a cursor; `older` is the cursor to go on from, None at the end."""
    at: tuple[int, int] | None = paging.decode(before, int, int) if before else None  # type: ignore[assignment]
    names = {place.id: place.name for place in places}
    found: list[Item] = []
    for _ in range(MOST_LOOKS):
        page = store.timeline(connection, order.id, at, OLDER)
        notes = store.notes_by_id(connection, [entry.data["note_id"] for entry in page.entries if entry.type in COMMENTS])
        edits = editing.fields_by_id(connection, _readdressed(page.entries) if sight.full else ())
        told = items(page.entries, Telling(sight, names, order.currency, notes, edits))
        found += [item for item in told if kind == "all" or kind in item.kinds.split()]
        at = page.before
        if at is None or kind == "all" or len(found) >= OLDER:
            break
    return {"items": found, "older": paging.encode(*at) if at else None, "kind": kind, "kinds": shown_kinds(sight)}


def _readdressed(entries: Iterable[Any]) -> list[int]:
    """The edits among these entries that changed an address."""
    edits = [entry.data for entry in entries if entry.type == "OrderEdited"]
    return [data["edit_id"] for data in edits if any(name.startswith("ship_") for name, *_ in data["changes"])]


def shown_kinds(sight: Any) -> list[tuple[str, str]]:
    return [(key, label) for key, label in KINDS.items() if key != "money" or sight.full]


def own_comments(connection: Any, order: Any, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """What depends on who looks: comments of theirs that can still be changed, comments that name them, whom they can name."""
    writes, is_person = actor.may("notes.write"), actor.kind == "user" and actor.id.isdigit()
    fresh = store.notes_of(connection, order.id, actor.ref, now - CHANGEABLE_FOR) if writes else []
    return {
        "own_notes": [(note, minutes_left(note.at, now)) for note in fresh],
        "unread": mentions.unread_on(connection, order.id, int(actor.id)) if is_person else [],
        "staff": [person for person in mentions.staff(connection) if str(person.user_id) != actor.id] if writes else [],
    }


def minutes_left(at: dt.datetime, now: dt.datetime) -> int:
    return max(1, int((at + CHANGEABLE_FOR - now).total_seconds() // 60))
