"""Tokens of machines, displays and set-up links: create, pair, use, revoke. No secret is stored, only its hash."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import roles
from dashboard.accounts.actions import create_user
from dashboard.accounts.commands import CreateToken, CreateUser, OpenPairing, PairDisplay, TakeSetupLink
from dashboard.accounts.events import CredentialsChanged, DisplayPaired, SessionsRevoked, TokenCreated, TokenRevoked
from dashboard.accounts.model import AccessToken, SignIn, User
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.ids import new_key
from dashboard.kernel.tx import Tx

tokens: Any = AccessToken.__table__
users: Any = User.__table__


def create_token(tx: Tx, command: CreateToken, actor: Actor, now: dt.datetime) -> int:
    """Keep a token by the hash of its secret; returns its id.

    Raises: Invalid, for a role this kind of token may not have, a channel token without a channel, or no name.
    """
    allowed = {"api": roles.MACHINES, "kiosk": ("kiosk",), "setup": roles.PEOPLE}[command.kind]
    if command.role not in allowed:
        raise Invalid("This kind of token cannot have that role.", fields={"role": f"One of {', '.join(allowed)}."})
    if command.role == "channel" and not command.channel:
        raise Invalid("A channel's token needs its channel.", fields={"channel": "Name the channel it is for."})
    if not command.name.strip():
        raise Invalid("A token needs a name.", fields={"name": "Say what uses it."})
    name = command.name.strip()[:120]
    row = {
        "kind": command.kind,
        "version": 1,
        "name": name,
        "secret_hash": command.secret_hash,
        "role": command.role,
        "channel": command.channel or None,
        "location": command.location or None,
        "user_id": command.user_id,
        "created_by": actor.name,
        "created_at": now,
        "expires_at": now + dt.timedelta(hours=command.hours) if command.hours else None,
    }
    token_id = tx.execute(sa.insert(tokens).values(row).returning(tokens.c.id)).scalar_one()
    tx.record(TokenCreated(token_id, 1, command.kind, name, command.role, command.channel), actor, now)
    return token_id


def revoke_token(tx: Tx, token_id: int, actor: Actor, now: dt.datetime) -> None:
    """Make a token worthless at once; doing it twice changes nothing.

    Raises: NotFound.
    """
    found = tx.execute(sa.select(tokens).where(tokens.c.id == token_id).with_for_update()).first()
    if found is None:
        raise NotFound("There is no such token.")
    if found.revoked_at is not None:
        return
    statement = sa.update(tokens).where(tokens.c.id == token_id).values(revoked_at=now, code=None, version=found.version + 1)
    tx.execute(statement)
    tx.record(TokenRevoked(token_id, found.version + 1, found.kind, found.name), actor, now)


def touch_token(tx: Tx, token_id: int, ip: str | None, now: dt.datetime) -> None:
    """Remember when and from where a token was last used. No state of ours: it has no event."""
    tx.execute(sa.update(tokens).where(tokens.c.id == token_id).values(last_seen_at=now, last_seen_ip=ip))


def open_pairing(tx: Tx, command: OpenPairing, actor: Actor, now: dt.datetime) -> bool:
    """Let a display wait under a code; False when another display has that code just now. Old ones are swept out."""
    tx.execute(sa.delete(tokens).where(tokens.c.kind == "pairing", tokens.c.expires_at <= now))
    if tx.execute(sa.select(tokens.c.id).where(tokens.c.code == command.code)).first():
        return False
    row = {
        "kind": "pairing",
        "version": 1,
        "name": "Unpaired display",
        "secret_hash": command.secret_hash,
        "role": "kiosk",
        "code": command.code,
        "created_by": actor.name,
        "created_at": now,
        "expires_at": now + dt.timedelta(minutes=command.minutes),
        "last_seen_ip": command.ip,
    }
    tx.execute(sa.insert(tokens).values(row))
    return True


def pair_display(tx: Tx, command: PairDisplay, actor: Actor, now: dt.datetime) -> int:
    """Let in the display that shows this code; returns its token's id.

    Raises: Invalid, for a code no display shows now, or no name.
    """
    if not command.name.strip():
        raise Invalid("A display needs a name.", fields={"name": "Say where it hangs."})
    waiting = sa.select(tokens).where(tokens.c.kind == "pairing", tokens.c.code == command.code, tokens.c.expires_at > now)
    found = tx.execute(waiting.with_for_update()).first()
    if found is None:
        raise Invalid(
            "No display shows that code.", fields={"code": "No display shows this code now; read it off the screen again."}
        )
    values = {
        "kind": "kiosk",
        "name": command.name.strip()[:120],
        "location": command.location or None,
        "code": None,
        "expires_at": None,
        "created_by": actor.name,
        "created_at": now,
        "version": found.version + 1,
    }
    tx.execute(sa.update(tokens).where(tokens.c.id == found.id).values(values))
    tx.record(DisplayPaired(found.id, found.version + 1, values["name"], found.last_seen_ip), actor, now)
    return found.id


def issue_setup_link(tx: Tx, command: CreateToken, actor: Actor, now: dt.datetime) -> int:
    """Keep a one-time link (kind setup) and make earlier ones for the same person worthless; returns its id.

    Raises: Conflict, for a first owner's link where users exist already.
    """
    if command.user_id is None and tx.execute(sa.select(users.c.id).limit(1)).first():
        raise Conflict("Users exist already; an owner makes links for them.")
    same = tokens.c.user_id.is_(None) if command.user_id is None else tokens.c.user_id == command.user_id
    earlier = sa.select(tokens.c.id).where(tokens.c.kind == "setup", tokens.c.revoked_at.is_(None), same)
    for (token_id,) in tx.execute(earlier).all():
        revoke_token(tx, token_id, actor, now)
    return create_token(tx, command, actor, now)


def take_setup_link(tx: Tx, command: TakeSetupLink, actor: Actor, now: dt.datetime) -> int:
    """Use a one-time link: make the first owner, or set its user's password; returns the user's id.

    Raises: NotFound, for a link that is unknown, used, replaced or too old; Conflict; Invalid.
    """
    link = sa.select(tokens).where(tokens.c.kind == "setup", tokens.c.secret_hash == command.secret_hash)
    found = tx.execute(link.with_for_update()).first()
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        raise NotFound("This link was used already or is too old. Ask an owner for a new one.")
    if found.user_id is None:
        user_id = _first_owner(tx, command, actor, now)
    else:
        user_id = _set_password(tx, found.user_id, command.password_hash, actor, now)
    revoke_token(tx, found.id, actor, now)
    return user_id


def _first_owner(tx: Tx, command: TakeSetupLink, actor: Actor, now: dt.datetime) -> int:
    if tx.execute(sa.select(users.c.id).limit(1)).first():
        raise Conflict("The first owner exists already.")
    user = CreateUser(command.email, command.name, "", "owner")
    user_id = create_user(tx, user, actor, now)
    tx.execute(sa.update(users).where(users.c.id == user_id).values(password=command.password_hash))
    return user_id


def _set_password(tx: Tx, user_id: int, password_hash: str, actor: Actor, now: dt.datetime) -> int:
    values = {"password": password_hash, "fs_uniquifier": new_key(), "failed_sign_ins": 0, "locked_until": None}
    statement = sa.update(users).where(users.c.id == user_id, users.c.active.is_(True))
    version = tx.execute(statement.values(version=users.c.version + 1, **values).returning(users.c.version)).scalar()
    if version is None:
        raise NotFound("This account is disabled. Ask an owner.")
    tx.execute(sa.update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=now))
    tx.record(CredentialsChanged(user_id, version, "password"), actor, now)
    tx.record(SessionsRevoked(user_id, version, "password"), actor, now)
    return user_id
