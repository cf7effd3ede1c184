"""Idempotency keys: the first answer to a key is stored in the transaction of its change, and replayed for ever after.

Source: the IETF draft "The Idempotency-Key HTTP Header Field" and TRUST.md section 4.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel import clock
from dashboard.kernel.columns import Base
from dashboard.kernel.errors import DomainError, IdempotencyMismatch
from dashboard.kernel.statements import Prepared, rows_into
from dashboard.kernel.tx import Tx

KEPT = dt.timedelta(days=7)
STORED_REFUSALS = {409}


class IdempotencyKey(Base):
    __tablename__ = "idempotency_key"
    scope: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[dt.datetime] = mapped_column(index=True)


class Answer(NamedTuple):
    """body: JSON text; replayed: whether it was stored by an earlier request."""

    status: int
    body: str
    replayed: bool


_ANSWERED = rows_into(IdempotencyKey, "scope", "key", "fingerprint", "status", "body", "at").waiting()
_CLAIM = Prepared(
    postgresql="INSERT INTO idempotency_key (scope, key, fingerprint, status, body, at)"
    " VALUES (%(scope)s, %(key)s, %(fingerprint)s, 0, '', %(at)s) ON CONFLICT DO NOTHING"
)
_STORE = Prepared(
    postgresql="UPDATE idempotency_key SET status = %(status)s, body = %(body)s WHERE scope = %(scope)s AND key = %(key)s"
)
_READ = Prepared(
    sqlite="SELECT fingerprint, status, body FROM idempotency_key WHERE scope = :scope AND key = :key",
    postgresql="SELECT fingerprint, status, body FROM idempotency_key WHERE scope = %(scope)s AND key = %(key)s",
    apart=True,
)


def fingerprint(route: str, body: bytes) -> str:
    """What "the same request" means: same route, same bytes."""
    return hashlib.sha256(route.encode() + b"\n" + body).hexdigest()


def once(tx: Tx, scope: str, key: str, print_: str, work: Callable[[Tx], tuple[int, str]], now: dt.datetime) -> Answer:
    """Run the work unless this key was answered before.

    PostgreSQL: the key is claimed first, so that a second transaction with it waits for this one and then replays it. On SQLite
    the one writer is alone, and one row is written with the answer.
    Args: scope: whose keys these are; work: returns (HTTP status, JSON text).
    Raises: IdempotencyMismatch, for a key used for another request; what the work raises, except stored refusals (409).
    """
    answered = tx.fresh("answer")
    ours = not tx.is_sqlite and tx.run(_CLAIM, scope=scope, key=key, fingerprint=print_, at=clock.micros(now)).rowcount
    stored = None if ours else answered.get((scope, key)) or tx.run(_READ, scope=scope, key=key).fetchone()
    if stored is not None:
        return _replay(stored, key, print_)
    try:
        with tx.savepoint():
            status, body = work(tx)
    except DomainError as refusal:
        if refusal.status not in STORED_REFUSALS:
            raise
        status, body = refusal.status, problem_body(refusal)
    if tx.is_sqlite:
        tx.add(_ANSWERED, [(scope, key, print_, status, body, clock.micros(now))])
        tx.fresh("answer")[scope, key] = (print_, status, body)
    else:
        tx.run(_STORE, scope=scope, key=key, status=status, body=body)
    return Answer(status, body, replayed=False)


def _replay(row: Any, key: str, print_: str) -> Answer:
    stored, status, body = row
    if stored != print_:
        raise IdempotencyMismatch("This Idempotency-Key was used for another request; send a new key.", key=key)
    return Answer(status, body, replayed=True)


def problem_body(error: DomainError) -> str:
    """RFC 9457 problem details of a refusal."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.code.replace("_", " ").capitalize(),
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "facts": error.facts,
    }
    return json.dumps(body, ensure_ascii=False, default=str)


def forget_old(tx: Tx, now: dt.datetime) -> int:
    """Drop answers older than seven days; returns how many."""
    return tx.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.at < now - KEPT)).rowcount
