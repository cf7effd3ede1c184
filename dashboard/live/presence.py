"""Who has an order's page open now, and who is typing there. Kept in memory only: it is true while it is said and forgotten after.

A screen says so every few seconds; what was not said again for LASTS is over, so that a lost connection leaves nobody behind. So it
is with what other server processes say of their screens (neighbours.py). Touched by the hub's thread only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

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


class Seen(NamedTuple):
    """A person at a place."""

    ref: str
    name: str
    editing: bool


Place = tuple[str, str]
"""Kind and key of a room (`order`, `17`), whatever their class."""


class Presence:
    """Per place: the screens of this process that said they are there, and the people that other processes see there."""

    def __init__(self) -> None:
        self._places: dict[Place, dict[str, Said]] = {}
        self._elsewhere: dict[Place, dict[str, tuple[float, list[Seen]]]] = {}

    def say(self, member: Member, place: Place, now: float, *, editing: bool) -> bool:
        """Keep what the screen says. Returns whether others should hear of it."""
        here = self._places.setdefault(place, {})
        before = here.get(member.sid)
        here[member.sid] = Said(member, editing, now)
        return before is None or before.editing != editing

    def leave(self, sid: str) -> list[Place]:
        """The screen is gone. Returns the places it was at."""
        left = [place for place, here in self._places.items() if here.pop(sid, None) is not None]
        self._tidy()
        return left

    def hear(self, process: str, place: Place, people: list[Seen], now: float) -> bool:
        """Keep whom another process sees there. Returns whether the screens here should hear of it."""
        there = self._elsewhere.setdefault(place, {})
        before = there.pop(process, (now, []))[1]
        if people:
            there[process] = (now, people)
        self._tidy()
        return before != people

    def here(self, place: Place) -> list[Seen]:
        """Whom this process sees there, each person once."""
        return _people(_seen(said) for said in self._places.get(place, {}).values())

    def expire(self, now: float) -> list[Place]:
        """Forget screens, here and elsewhere, of which nothing was said for too long. Returns the places they were at."""
        left = []
        for place, here in self._places.items():
            silent = [sid for sid, said in here.items() if now - said.at > LASTS]
            for sid in silent:
                del here[sid]
            left += [place] * bool(silent)
        for place, there in self._elsewhere.items():
            gone = [process for process, (at, _) in there.items() if now - at > LASTS]
            for process in gone:
                del there[process]
            left += [place] * bool(gone)
        self._tidy()
        return list(dict.fromkeys(left))

    def frames(self, place: Place) -> Iterator[tuple[Member, dict[str, Any]]]:
        """Per screen at the place: what it shows. Nobody sees themselves; a person with two screens is one person."""
        far = [seen for _, people in self._elsewhere.get(place, {}).values() for seen in people]
        everybody = _people([*self.here(place), *far])
        for viewer in list(self._places.get(place, {}).values()):
            ref = _seen(viewer).ref
            shown = [
                {"name": seen.name, "initials": initials(seen.name), "editing": seen.editing} for seen in everybody if seen.ref != ref
            ]
            yield viewer.member, {"room": ":".join(place), "people": shown}

    def _tidy(self) -> None:
        for places in (self._places, self._elsewhere):
            for place in [place for place, there in places.items() if not there]:
                del places[place]


def _people(seen: Iterable[Seen]) -> list[Seen]:
    """Each person once, by name; who types on one of two screens types."""
    found: dict[str, Seen] = {}
    for one in seen:
        known = found.get(one.ref)
        found[one.ref] = one if known is None else known._replace(editing=known.editing or one.editing)
    return sorted(found.values(), key=lambda person: (person.name, person.ref))


def _seen(said: Said) -> Seen:
    who = said.member.actor
    assert who is not None
    return Seen(who.ref, who.name, said.editing)


def initials(name: str) -> str:
    """'Mia van Ops' -> 'MO'."""
    words = name.replace("@", " ").replace(".", " ").split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
