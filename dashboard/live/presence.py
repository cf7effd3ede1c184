"""Who has an order's page open now, and who is typing there. Kept in memory only: it is true while it is said and forgotten after.

A screen says so every few seconds; what was not said again for LASTS is over, so that a lost connection leaves nobody behind.
Touched by the hub's thread only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboard.kernel.actor import Actor
from dashboard.live.rooms import Member

LASTS = 5.0
"""Seconds; the hub looks every 5 s at least, so that who left is gone from other screens within 10."""
KINDS = frozenset({"order"})
"""Rooms of staff in which people see each other."""
SEEN = frozenset({"user"})
"""Kinds of actors that are people: no display, no token, no customer."""


@dataclass
class Said:
    """What one screen said last, and when (monotonic seconds)."""

    member: Member
    editing: bool
    at: float


class Presence:
    """Per kind and key of a room (`order`, `17`), whatever their class: the screens that said they are there."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], dict[str, Said]] = {}

    def say(self, member: Member, place: tuple[str, str], now: float, *, editing: bool) -> bool:
        """Keep what the screen says. Returns whether others should hear of it."""
        here = self._places.setdefault(place, {})
        before = here.get(member.sid)
        here[member.sid] = Said(member, editing, now)
        return before is None or before.editing != editing

    def leave(self, sid: str) -> list[tuple[str, str]]:
        """The screen is gone. Returns the places it was at."""
        left = [place for place, here in self._places.items() if here.pop(sid, None) is not None]
        self._tidy()
        return left

    def expire(self, now: float) -> list[tuple[str, str]]:
        """Forget screens that said nothing for too long. Returns the places they were at."""
        left = []
        for place, here in self._places.items():
            silent = [sid for sid, said in here.items() if now - said.at > LASTS]
            for sid in silent:
                del here[sid]
            left += [place] * bool(silent)
        self._tidy()
        return left

    def frames(self, place: tuple[str, str]) -> Iterator[tuple[Member, dict[str, Any]]]:
        """Per screen at the place: what it shows. Nobody sees themselves; a person with two screens is one person."""
        here = list(self._places.get(place, {}).values())
        for viewer in here:
            others = [said for said in here if _who(said.member).ref != _who(viewer.member).ref]
            yield viewer.member, {"room": ":".join(place), "people": _people(others)}

    def _tidy(self) -> None:
        for place in [place for place, here in self._places.items() if not here]:
            del self._places[place]


def _people(said: list[Said]) -> list[dict[str, Any]]:
    """Each person once, by name."""
    found: dict[str, dict[str, Any]] = {}
    for one in said:
        who = _who(one.member)
        known = found.setdefault(who.ref, {"name": who.name, "initials": initials(who.name), "editing": False})
        known["editing"] = known["editing"] or one.editing
    return sorted(found.values(), key=lambda person: str(person["name"]))


def _who(member: Member) -> Actor:
    assert member.actor is not None
    return member.actor


def initials(name: str) -> str:
    """'Mia van Ops' -> 'MO'."""
    words = name.replace("@", " ").replace(".", " ").split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
