"""Users and roles (flask-security), API and kiosk tokens."""

import datetime as dt

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.kernel.columns import Base, BigId


class AccessToken(Base):
    """A token of a machine or a display. kind: api or kiosk; only the hash of the secret is kept."""

    __tablename__ = "access_token"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    name: Mapped[str] = mapped_column(sa.String(120))
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[str] = mapped_column(sa.String(24))
    channel: Mapped[str | None] = mapped_column(sa.String(40))
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
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(sa.String(128))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(sa.JSON)
    locations: Mapped[str | None] = mapped_column(sa.String(200))
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto")
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime | None]
    roles: Mapped[list[Role]] = relationship(secondary=user_role, lazy="selectin")
