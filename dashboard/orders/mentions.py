"""Who is named with @ in a comment: handles of staff, the rows of those who are named, and the word that they have seen it."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.accounts import roles
from dashboard.accounts.model import Role, User, user_role
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders.commands import SeeMentions
from dashboard.orders.events import MentionsSeen
from dashboard.orders.mention_model import Mention

SIGN = re.compile(r"(?<![\w.@])@(\w[\w.-]*)")
MOST = 20
"""People one comment names."""
NEEDS = frozenset({"orders.read", "orders.prices"})
"""Who may read comments can be named in one."""


class Person(NamedTuple):
    """handle: how a comment names them, after the @."""

    user_id: int
    name: str
    handle: str


def staff(connection: sa.Connection) -> list[Person]:
    """Everybody who can be named, by name."""
    query = (
        sa.select(User.id, User.name, User.email, Role.name.label("role"))
        .select_from(sa.join(sa.join(User, user_role), Role))
        .where(User.active.is_(True))
        .order_by(sa.func.lower(User.name), User.id)
        .limit(1000)
    )
    found = connection.execute(query).all()
    able = [row for row in found if roles.permissions_for(row.role, "user") >= NEEDS]
    return with_handles((row.id, row.name or row.email) for row in able)


def with_handles(people: Iterable[tuple[int, str]]) -> list[Person]:
    """Handles that tell everybody apart: mia.ops, and mia.ops.7 for a second one."""
    found, taken = [], set()
    for user_id, name in people:
        words = "".join(char if char.isalnum() else " " for char in name.partition("@")[0].lower()).split()
        handle = ".".join(words) or f"user.{user_id}"
        if handle in taken:
            handle = f"{handle}.{user_id}"
        taken.add(handle)
        found.append(Person(user_id, name, handle))
    return found


def named_in(body: str, people: Iterable[Person]) -> list[Person]:
    """Those a comment names, each once; a handle may end a sentence, and its first word does where one person alone has it."""
    everybody = list(people)
    first = Counter(person.handle.partition(".")[0] for person in everybody)
    by_handle = {name: person for person in everybody if first[name := person.handle.partition(".")[0]] == 1}
    by_handle |= {person.handle: person for person in everybody}
    words = dict.fromkeys(word.lower().rstrip(".-") for word in SIGN.findall(body))
    return list(dict.fromkeys(by_handle[word] for word in words if word in by_handle))[:MOST]


def keep(tx: Tx, note_id: int, order_id: int, body: str, now: dt.datetime, before: Collection[int] = ()) -> tuple[int, ...]:
    """Write who a comment names now. Returns those it did not name before. before: users it named."""
    people = named_in(body, staff(tx.connection)) if "@" in body else []
    named = {person.user_id for person in people}
    fresh = tuple(sorted(named - set(before)))
    if gone := sorted(set(before) - named):
        tx.execute(sa.delete(Mention).where(Mention.note_id == note_id, Mention.user_id.in_(gone)))
    if fresh:
        rows = [{"user_id": user_id, "note_id": note_id, "order_id": order_id, "at": now} for user_id in fresh]
        tx.execute(sa.insert(Mention), rows)
    return fresh


def of_note(tx: Tx, note_id: int) -> list[int]:
    """The users a comment names."""
    return list(tx.execute(sa.select(Mention.user_id).where(Mention.note_id == note_id).order_by(Mention.user_id)).scalars())


def see_mentions(tx: Tx, command: SeeMentions, actor: Actor, now: dt.datetime) -> int:
    """Take the unread mark off. Returns how many were unread."""
    unread = (Mention.user_id == command.user_id, Mention.seen_at.is_(None), Mention.id.in_(sorted(command.mentions)))
    count = tx.execute(sa.update(Mention).where(*unread).values(seen_at=now)).rowcount
    if count:
        tx.record(MentionsSeen(command.user_id, count, (command.user_id,)), actor, now)
    return count


def unread_on(connection: sa.Connection, order_id: int, user_id: int) -> list[Any]:
    """Ids of the mentions of this person on this order that they have not seen."""
    query = sa.select(Mention.id).where(Mention.user_id == user_id, Mention.seen_at.is_(None), Mention.order_id == order_id)
    return list(connection.scalars(query.order_by(Mention.id)))
