"""Users: create, change role, disable, enable, change credentials. Each `(tx, command, actor, now)` in one transaction."""

import datetime as dt
import secrets
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import roles, rules
from dashboard.accounts.commands import (
    ChangeCredentials,
    ChangeRole,
    CreateUser,
    ResetSecondFactor,
    SetActive,
    SetSounds,
    SetTheme,
)
from dashboard.accounts.events import (
    CredentialsChanged,
    SessionsRevoked,
    UserCreated,
    UserDisabled,
    UserEnabled,
    UserRoleChanged,
)
from dashboard.accounts.model import Role, SignIn, User, user_role
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx

CREDENTIALS = {
    "password": "password",
    "fs_uniquifier": "sessions",
    "tf_primary_method": "second factor",
    "tf_totp_secret": "second factor",
    "tf_phone_number": "second factor",
    "mf_recovery_codes": "recovery codes",
}
THEMES = ("auto", "light", "dark")

users: Any = User.__table__


def create_user(tx: Tx, command: CreateUser, actor: Actor, now: dt.datetime) -> int:
    """Make a user with one role; returns its id.

    Raises: Invalid, for a role no person may have, something that is no e-mail address, or one that is taken.
    """
    _assert_role(command.role)
    email = rules.normal_email(command.email)
    if email is None:
        raise Invalid("That is not an e-mail address.", fields={"email": "Write it like name@shop.example."})
    if tx.execute(sa.select(users.c.id).where(users.c.email == email)).first():
        raise Invalid("Somebody has that e-mail address already.", fields={"email": "Somebody has this address already."})
    name = command.name.strip() or email.partition("@")[0]
    row: dict[str, Any] = {
        "email": email,
        "name": name,
        "password": command.password_hash,
        "active": True,
        "fs_uniquifier": secrets.token_hex(32),
        "locations": command.locations,
        "theme": "auto",
        "sounds": True,
        "failed_sign_ins": 0,
        "version": 1,
        "created_at": now,
    }
    user_id = tx.execute(sa.insert(users).values(row).returning(users.c.id)).scalar_one()
    _give_role(tx, user_id, command.role)
    tx.record(UserCreated(user_id, 1, name, command.role, command.locations), actor, now)
    return user_id


def change_role(tx: Tx, command: ChangeRole, actor: Actor, now: dt.datetime) -> None:
    """Give another role or other locations; the user's sessions end, so that nobody works on with what they had.

    Raises: NotFound; Invalid; Conflict, when the last active owner would lose the role.
    """
    _assert_role(command.role)
    user = _user(tx, command.user_id)
    if user.role == "owner" and command.role != "owner":
        _assert_another_owner(tx, user.id)
    tx.execute(sa.delete(user_role).where(user_role.c.user_id == user.id))
    _give_role(tx, user.id, command.role)
    version = _touch(tx, user, locations=command.locations)
    tx.record(UserRoleChanged(user.id, version, user.role, command.role, command.locations), actor, now)
    end_sessions(tx, user.id, "role", actor, now)


def set_active(tx: Tx, command: SetActive, actor: Actor, now: dt.datetime) -> None:
    """Disable (every session ends at once) or enable a user; doing it twice changes nothing.

    Raises: NotFound; Conflict, for oneself or the last active owner.
    """
    user = _user(tx, command.user_id)
    if user.active == command.active:
        return
    if not command.active:
        if actor.ref == f"user:{user.id}":
            raise Conflict("You cannot disable yourself; ask another owner.")
        if user.role == "owner":
            _assert_another_owner(tx, user.id)
    version = _touch(tx, user, active=command.active, failed_sign_ins=0, locked_until=None)
    event = UserEnabled if command.active else UserDisabled
    tx.record(event(user.id, version), actor, now)
    if not command.active:
        end_sessions(tx, user.id, "disabled", actor, now)


def end_sessions(tx: Tx, user_id: int, reason: str, actor: Actor, now: dt.datetime) -> int:
    """End every session of the user; returns how many were open."""
    user = _user(tx, user_id)
    open_ = sa.update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    count = tx.execute(open_).rowcount
    version = _touch(tx, user, fs_uniquifier=secrets.token_hex(32))
    tx.record(SessionsRevoked(user_id, version, reason), actor, now)
    return count


def reset_second_factor(tx: Tx, command: ResetSecondFactor, actor: Actor, now: dt.datetime) -> None:
    """Take a second factor away; where the role needs one, the next sign-in sets up another.

    Raises: NotFound.
    """
    names = ("tf_primary_method", "tf_totp_secret", "tf_phone_number", "mf_recovery_codes", "totp_counter")
    version = _touch(tx, _user(tx, command.user_id), **dict.fromkeys(names))
    tx.record(CredentialsChanged(command.user_id, version, "second factor"), actor, now)
    end_sessions(tx, command.user_id, "asked", actor, now)


def set_theme(tx: Tx, command: SetTheme, actor: Actor, now: dt.datetime) -> None:
    """Keep a person's theme. A preference, not a state change: it has no event."""
    if command.theme not in THEMES:
        raise Invalid("There is no such theme.", fields={"theme": "auto, light or dark"})
    tx.execute(sa.update(users).where(users.c.id == command.user_id).values(theme=command.theme))


def set_sounds(tx: Tx, command: SetSounds, actor: Actor, now: dt.datetime) -> None:
    """Keep whether a person's scans answer with a tone. A preference, not a state change: it has no event."""
    tx.execute(sa.update(users).where(users.c.id == command.user_id).values(sounds=command.sounds))


def change_credentials(tx: Tx, command: ChangeCredentials, actor: Actor, now: dt.datetime) -> None:
    """Store what flask-security changed on a user. A new password ends every session that stood before it.

    Raises: Invalid, for a column that is no credential; Conflict, when a recovery code was used up meanwhile.
    """
    strange = set(command.changes) - set(CREDENTIALS)
    if strange:
        raise Invalid("Only credentials change here.", fields=dict.fromkeys(sorted(strange), "not a credential"))
    user = _user(tx, command.user_id)
    values = dict(command.changes)
    if "mf_recovery_codes" in values:
        _assert_codes_stand(tx, user.id, command.before.get("mf_recovery_codes"))
    if "tf_totp_secret" in values:
        values["totp_counter"] = None
    version = _touch(tx, user, **values)
    what = ", ".join(sorted({CREDENTIALS[name] for name in command.changes}))
    tx.record(CredentialsChanged(user.id, version, what), actor, now)
    if "fs_uniquifier" in values:
        tx.execute(sa.update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)).values(ended_at=now))
        tx.record(SessionsRevoked(user.id, version, "password"), actor, now)


def _assert_codes_stand(tx: Tx, user_id: int, before: object) -> None:
    """A recovery code works once, also for two who send it at the same time."""
    if tx.execute(sa.select(users.c.mf_recovery_codes).where(users.c.id == user_id)).scalar_one() != before:
        raise Conflict("These recovery codes changed meanwhile. Sign in again.")


def use_totp(tx: Tx, user_id: int, counter: int) -> bool:
    """Mark a one-time code as used; False when this code, or a later one, was used before."""
    fresh = sa.or_(users.c.totp_counter.is_(None), users.c.totp_counter < counter)
    return tx.execute(sa.update(users).where(users.c.id == user_id, fresh).values(totp_counter=counter)).rowcount == 1


def _user(tx: Tx, user_id: int) -> sa.Row:
    role = sa.select(Role.name).join(user_role).where(user_role.c.user_id == users.c.id).limit(1).scalar_subquery()
    query = sa.select(users.c.id, users.c.version, users.c.active, sa.func.coalesce(role, "").label("role"))
    found = tx.execute(query.where(users.c.id == user_id).with_for_update(of=users)).first()
    if found is None:
        raise NotFound("There is no such user.")
    return found


def _touch(tx: Tx, user: sa.Row, **values: object) -> int:
    """Write values and the next version; returns it."""
    statement = sa.update(users).where(users.c.id == user.id).values(version=users.c.version + 1, **values)
    return tx.execute(statement.returning(users.c.version)).scalar_one()


def _give_role(tx: Tx, user_id: int, name: str) -> None:
    role_id = tx.execute(sa.select(Role.id).where(Role.name == name)).scalar()
    if role_id is None:
        row = {"name": name, "description": roles.ROLES[name].description}
        table: Any = Role.__table__
        role_id = tx.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one()
    tx.execute(sa.insert(user_role).values(user_id=user_id, role_id=role_id))


def _assert_role(name: str) -> None:
    if name not in roles.PEOPLE:
        raise Invalid("There is no such role.", fields={"role": f"One of {', '.join(roles.PEOPLE)}."})


def _assert_another_owner(tx: Tx, user_id: int) -> None:
    query = (
        sa.select(sa.func.count())
        .select_from(users.join(user_role).join(Role))
        .where(Role.name == "owner", users.c.active.is_(True), users.c.id != user_id)
    )
    if not tx.execute(query).scalar_one():
        raise Conflict("This is the last owner. Make somebody else an owner first.")
