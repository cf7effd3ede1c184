"""Users and roles (flask-security), their sessions, API and kiosk tokens."""

import datetime as dt

import sqlalchemy as sa
from flask import current_app
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.accounts import roles, rules
from dashboard.kernel import clock
from dashboard.kernel.columns import Base, BigId


class AccessToken(Base):
    """A token of a machine, a display or a person being set up; only the hash of the secret is kept.

    kind: api, kiosk, pairing (a display that shows a code and waits) or setup (a one-time link; without user_id it makes the
    first owner).
    """

    __tablename__ = "access_token"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(sa.String(8))
    name: Mapped[str] = mapped_column(sa.String(120))
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[str] = mapped_column(sa.String(24))
    channel: Mapped[str | None] = mapped_column(sa.String(40))
    location: Mapped[str | None] = mapped_column(sa.String(40))
    code: Mapped[str | None] = mapped_column(sa.String(6), unique=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_by: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    last_seen_at: Mapped[dt.datetime | None]
    last_seen_ip: Mapped[str | None] = mapped_column(sa.String(64))
    revoked_at: Mapped[dt.datetime | None]


user_role = sa.Table(
    "user_role",
    Base.metadata,
    sa.Column("user_id", sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """A name from accounts.roles; what it may do stands there, as data."""

    __tablename__ = "role"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(24), unique=True)
    description: Mapped[str] = mapped_column(sa.String(200), default="")
    permissions = None


class User(Base, UserMixin):
    """A person who signs in (flask-security's attributes, on our own columns)."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(sa.String(128))
    totp_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(sa.JSON)
    locations: Mapped[str | None] = mapped_column(sa.String(200))
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto")
    sounds: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime | None]
    roles: Mapped[list[Role]] = relationship(secondary=user_role, lazy="selectin")

    @property
    def role(self) -> str:
        return self.roles[0].name if self.roles else ""

    def check_tf_required(self, tf_setup_methods, tf_fresh):
        """Whoever has set up a second factor is asked for it; owner and finance must set one up, except in the demo."""
        return bool(tf_setup_methods) or self.check_tf_required_setup(), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        return current_app.config["SECOND_FACTOR_ENFORCED"] and roles.rules_of(self.role).second_factor

    def is_locked(self, form_error=None) -> bool:
        """Whether the account rests after wrong tries; the sign-in page answers as to a wrong password."""
        resting = rules.is_resting(self.locked_until, clock.now())
        if resting and form_error is not None:
            form_error.append("This account rests for a while after too many wrong tries.")
        return resting


class SignIn(Base):
    """One session of one person. The cookie holds a secret of which only the hash is here: ending the row ends the session."""

    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    started_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ip: Mapped[str | None] = mapped_column(sa.String(64))
    agent: Mapped[str] = mapped_column(sa.String(200), default="")
    ended_at: Mapped[dt.datetime | None]
