"""Reads of users, sessions and tokens. Each read is a short transaction of its own: none leaves a snapshot open in the request."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from dashboard.accounts import roles, rules
from dashboard.accounts.model import AccessToken, Role, SignIn, User, user_role
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import db
from dashboard.kernel.errors import NotFound


@dataclass(frozen=True)
class TokenHolder:
    """A live token and whom it stands for."""

    id: int
    kind: str
    actor: Actor


@dataclass(frozen=True)
class OpenSession:
    """A session that stands, and whose it is."""

    id: int
    user: User


@contextlib.contextmanager
def reading() -> Iterator[Session]:
    """A read session of its own; what it loaded stays readable after it."""
    with Session(db.engine, expire_on_commit=False) as session:
        yield session


def person(user: User) -> Actor:
    """The actor a user is."""
    return Actor(
        "user",
        str(user.id),
        user.name or user.email,
        user.role,
        roles.permissions_for(user.role, "user"),
        None,
        rules.location_codes(user.locations),
    )


def find_user(attribute: str, value: Any, case_insensitive: bool = False) -> User | None:
    """One user by a unique column, roles loaded, detached."""
    column = getattr(User, attribute)
    match = sa.func.lower(column) == str(value).lower() if case_insensitive else column == value
    with reading() as session:
        return session.scalar(sa.select(User).where(match))


def session_user(uniquifier: str, secret_hash: str, now: dt.datetime) -> OpenSession | None:
    """The session of this secret and its person, while it stands; None otherwise."""
    return _session(now, SignIn.secret_hash == secret_hash, User.fs_uniquifier == uniquifier)


def session_standing(session_id: int, now: dt.datetime) -> OpenSession | None:
    """The session of this id and its person, while it stands; None otherwise."""
    return _session(now, SignIn.id == session_id)


def _session(now: dt.datetime, *match: Any) -> OpenSession | None:
    query = (
        sa.select(SignIn.id, User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(*match, SignIn.ended_at.is_(None), SignIn.expires_at > now, User.active.is_(True))
        .options(joinedload(User.roles))  # every page asks this: one query instead of two
    )
    with reading() as session:
        found = session.execute(query).unique().first()
    return OpenSession(*found) if found else None


def token_holder(secret_hash: str, kind: str, now: dt.datetime) -> TokenHolder | None:
    """Who holds this live token; None for one that is unknown, revoked or expired."""
    query = sa.select(AccessToken.__table__).where(
        AccessToken.secret_hash == secret_hash,
        AccessToken.kind == kind,
        AccessToken.revoked_at.is_(None),
        sa.or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > now),
    )
    with db.engine.connect() as connection:
        found = connection.execute(query).first()
    return TokenHolder(found.id, found.kind, _machine(found)) if found else None


def _machine(row: Any) -> Actor:
    kind = "kiosk" if row.kind == "kiosk" else "token"
    locations = (row.location,) if row.location else None
    return Actor(kind, str(row.id), row.name, row.role, roles.permissions_for(row.role, kind), row.channel, locations)


def actor_of(ref: str, now: dt.datetime) -> Actor | None:
    """The actor behind `user:5`, `token:7` or `kiosk:9` as it stands now; None once disabled, revoked or expired.

    For whoever holds a connection open longer than a request: ask again at least every 30 seconds.
    """
    kind, _, text = ref.partition(":")
    if not text.isdigit():
        return None
    if kind == "user":
        user = find_user("id", int(text))
        return person(user) if user and user.active else None
    query = sa.select(AccessToken.__table__).where(AccessToken.id == int(text), AccessToken.revoked_at.is_(None))
    with db.engine.connect() as connection:
        found = connection.execute(query).first()
    if found is None or (found.expires_at and found.expires_at <= now):
        return None
    actor = _machine(found)
    return actor if actor.kind == kind else None


def token(secret_hash: str) -> AccessToken | None:
    """A token of any kind and state by its hash."""
    with reading() as session:
        return session.scalar(sa.select(AccessToken).where(AccessToken.secret_hash == secret_hash))


def tokens(kind: str) -> list[AccessToken]:
    """Every token of this kind, live ones first, newest first."""
    query = sa.select(AccessToken).where(AccessToken.kind == kind)
    with reading() as session:
        return list(session.scalars(query.order_by(AccessToken.revoked_at.is_not(None), AccessToken.id.desc()).limit(500)))


def users() -> list[User]:
    """Every user, active ones first, by name."""
    with reading() as session:
        return list(session.scalars(sa.select(User).order_by(User.active.desc(), sa.func.lower(User.name), User.id).limit(1000)))


def user_count() -> int:
    with db.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(User)).scalar_one()


def role_count(role: str) -> int:
    """How many active users have this role."""
    query = sa.select(sa.func.count()).select_from(User.__table__.join(user_role).join(Role))
    with db.engine.connect() as connection:
        return connection.execute(query.where(Role.name == role, User.active.is_(True))).scalar_one()


def assert_kind(token_id: int, kind: str) -> None:
    """Raises: NotFound, unless there is such a token of this kind."""
    with db.engine.connect() as connection:
        found = connection.execute(sa.select(AccessToken.id).where(AccessToken.id == token_id, AccessToken.kind == kind)).first()
    if found is None:
        raise NotFound("There is nothing here. It may have been revoked long ago.")
