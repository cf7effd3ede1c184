"""Sessions: start one, end one, and count wrong tries."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import rules
from dashboard.accounts.commands import RefuseSignIn, StartSession
from dashboard.accounts.events import SignedIn, SignedOut, SignInRefused
from dashboard.accounts.model import SignIn, User
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx

users: Any = User.__table__
KEPT = dt.timedelta(days=30)


def start_session(tx: Tx, command: StartSession, actor: Actor, now: dt.datetime) -> None:
    """Open a session after every factor was right; wrong tries before it are forgotten, and so are sessions long over."""
    tx.execute(sa.delete(SignIn).where(SignIn.user_id == command.user_id, SignIn.expires_at < now - KEPT))
    row = {
        "user_id": command.user_id,
        "secret_hash": command.secret_hash,
        "started_at": now,
        "expires_at": now + dt.timedelta(hours=command.hours),
        "ip": command.ip,
        "agent": command.agent[:200],
    }
    tx.execute(sa.insert(SignIn).values(row))
    values = {"failed_sign_ins": 0, "locked_until": None, "last_seen_at": now}
    statement = sa.update(users).where(users.c.id == command.user_id).values(**values).returning(users.c.version)
    tx.record(SignedIn(command.user_id, tx.execute(statement).scalar_one(), command.ip), actor, now)


def end_session(tx: Tx, secret_hash: str, actor: Actor, now: dt.datetime) -> None:
    """End one session; a copy of its cookie is worth nothing from now on."""
    ended = sa.update(SignIn).where(SignIn.secret_hash == secret_hash, SignIn.ended_at.is_(None)).values(ended_at=now)
    found = tx.execute(ended.returning(SignIn.user_id)).scalar()
    if found is not None:
        version = tx.execute(sa.select(users.c.version).where(users.c.id == found)).scalar_one()
        tx.record(SignedOut(found, version), actor, now)


def refuse_sign_in(tx: Tx, command: RefuseSignIn, actor: Actor, now: dt.datetime) -> int:
    """Count a wrong try; returns the seconds the account rests now. The same work is done for an address nobody has."""
    statement = (
        sa.update(users)
        .where(users.c.id == (command.user_id or 0))
        .values(failed_sign_ins=users.c.failed_sign_ins + 1)
        .returning(users.c.failed_sign_ins, users.c.version)
    )
    found = tx.execute(statement).first()
    seconds = rules.rest_after(found.failed_sign_ins) if found else 0
    if seconds:
        until = now + dt.timedelta(seconds=seconds)
        tx.execute(sa.update(users).where(users.c.id == command.user_id).values(locked_until=until))
    event = SignInRefused(command.user_id or 0, found.version if found else 0, command.what, command.ip, seconds)
    tx.record(event, actor, now)
    return seconds
