"""Writes of the API: one transaction each, with its answer stored under the Idempotency-Key if there is one."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import flask

from dashboard.kernel import clock, db, idempotency, jsontext
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.kernel.tx import Tx
from dashboard.web import access
from dashboard.web.problems import PROBLEM

LONGEST_KEY = 255
Action = Callable[[Tx, Any, Actor, dt.datetime], Any]
Show = Callable[[Tx, Any, Actor], dict[str, Any]]
Work = Callable[[Tx, Any, Actor, Any], tuple[int, dict[str, Any]]]


class KeyRequired(DomainError):
    code = "idempotency_key_required"
    status = 400


def write(work: Work, command: Any, *, needs_key: bool = False) -> flask.Response:
    """Run `work(tx, command, actor, now)` -> (status, body) in one transaction and answer with it, or replay the first answer.

    Raises: KeyRequired; IdempotencyMismatch; what the work raises.
    """
    actor, now = access.actor(), clock.now()
    request: flask.Request = flask.request._get_current_object()  # type: ignore[attr-defined]  # each look through the proxy costs
    key = _key(request, needs_key=needs_key)
    if key is None:
        status, body = db.write(work, command, actor, now)
        return answer(status, jsontext.encode(body) if body is not None else "")

    def keyed(tx: Tx) -> tuple[int, str]:
        status, body = work(tx, command, actor, now)
        return status, jsontext.encode(body) if body is not None else ""

    print_ = idempotency.fingerprint(f"{request.method} {request.path}", request.get_data(cache=True))
    kept = db.write(idempotency.once, f"api:{actor.ref}", key, print_, keyed, now)
    return answer(kept.status, kept.body, replayed=kept.replayed)


def act(action: Action, command: Any, show_: Show, status: int = 201, *, needs_key: bool = True) -> flask.Response:
    """Run an action as `write` does, and answer with what `show_(tx, its result, actor)` says of it in the same transaction."""

    def work(tx: Tx, command: Any, actor: Actor, now: dt.datetime) -> tuple[int, dict[str, Any]]:
        done = action(tx, command, actor, now)
        return status, show_(tx, done, actor)

    return write(work, command, needs_key=needs_key)


def answer(status: int, body: str, *, replayed: bool = False) -> flask.Response:
    """JSON text as a response; a stored refusal is a problem again."""
    response = flask.Response(body, status, content_type=PROBLEM if status >= 400 else "application/json")
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def show(body: Any) -> flask.Response:
    """A 200 with this body."""
    return answer(200, jsontext.encode(body))


def _key(request: flask.Request, *, needs_key: bool) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        if needs_key:
            raise KeyRequired("Send an Idempotency-Key header (1 to 255 characters), so that a repeated request is done once.")
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(
            "An Idempotency-Key has 1 to 255 printable ASCII characters.", fields={"Idempotency-Key": "1 to 255 characters"}
        )
    return key
