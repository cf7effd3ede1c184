"""A form's action runs once: its hidden `_key` is an idempotency key, so a double click or a repeated post changes nothing more."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

import flask

from dashboard.kernel import clock, db, idempotency, ids
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.web import access

C = TypeVar("C")
R = TypeVar("R")
LONGEST_KEY = 255
OUTSIDE = {"_key", "csrf_token"}


def new_key() -> str:
    """The key for a form that is shown again: what was sent, or a new one."""
    return flask.request.form.get("_key", "")[:LONGEST_KEY] or ids.new_key()


def fresh_key() -> str:
    """A key for the next post: the refusal of the last one is stored under its own."""
    return ids.new_key()


def run(action: Callable[..., R], command: C, describe: Callable[[R], dict[str, Any]] | None = None) -> dict[str, Any]:
    """Run `action(tx, command, actor, now)` for this request's form; the first answer to a key is every later one's too.

    Args: describe: the action's result as plain JSON values (without it: the named tuple or dataclass as a dict).
    Raises: what the action raises; a stored refusal again; IdempotencyMismatch, for the key of another form.
    """
    actor, now = access.actor(), clock.now()
    describe = describe or plain
    key = flask.request.form.get("_key", "")
    if not key:
        return describe(db.write(action, command, actor, now))
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid("This form is damaged; load the page again.")

    def work(tx: Any) -> tuple[int, str]:
        return 200, json.dumps(describe(action(tx, command, actor, now)), default=str)

    answer = db.write(idempotency.once, f"form:{actor.ref}", key, _fingerprint(), work, now)
    if answer.status >= 400:
        raise refusal(answer)
    return json.loads(answer.body)


def plain(result: Any) -> dict[str, Any]:
    """A named tuple or dataclass as a dict."""
    return dict(result._asdict()) if hasattr(result, "_asdict") else dict(result.__dict__)


def refusal(answer: idempotency.Answer) -> DomainError:
    """The stored refusal as the error it was."""
    body = json.loads(answer.body)
    error = Conflict(body["detail"], **body["facts"])
    error.code, error.status = body["code"], answer.status
    return error


def _fingerprint() -> str:
    """What makes two posts the same: address and fields, but for the tokens."""
    fields = sorted((name, value) for name, value in flask.request.form.items(multi=True) if name not in OUTSIDE)
    return hashlib.sha256(json.dumps([flask.request.path, fields]).encode("utf-8", "replace")).hexdigest()
