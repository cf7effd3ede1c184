"""Optimistic concurrency of the order page: what did not touch the headline merges itself, the rest is shown side by side."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.kernel.errors import Conflict
from dashboard.orders import store
from dashboard.orders.store import Change
from dashboard.orders.views.state_words import LABELS
from dashboard.web import once
from dashboard.web.htmx import wants_part

OURS = {"csrf_token", "_key", "version"}


def seen_version(order: Any) -> int | None:
    """The version to demand: the one the person saw, or today's when only notes, money and the like came since."""
    seen = flask.request.form.get("version", type=int)
    if seen is None or seen >= order.version:
        return seen
    return seen if store.changes_since(store.reader(), order.id, seen) else order.version


def answer(order: Any, error: Conflict, wish: str) -> Any:
    """409: what changed while the person looked, beside what they asked for; a second post does it all the same.

    Args: wish: what was asked for, in words ("Hold: Address").
    Raises: the error, if it is not about versions.
    """
    seen = error.facts.get("seen")
    if seen is None:
        raise error
    store.refresh()
    now = store.by_id(store.reader(), order.id)
    assert now is not None
    values = {
        "order": now,
        "wish": wish,
        "rows": _rows(store.changes_since(store.reader(), order.id, seen)),
        "fields": _fields(),
        "action": flask.request.path,
        "key": once.fresh_key(),
    }
    template = "orders/_conflict.html" if wants_part() else "orders/conflict.html"
    headers = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"} if wants_part() else {}
    return flask.make_response(flask.render_template(template, **values), 409, headers)


def _rows(changes: Iterable[Change]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            label=LABELS.get(change.field, change.field.replace("_", " ")),
            before=change.before.replace("_", " ") or "–",
            after=change.after.replace("_", " ") or "–",
            actor=change.actor,
            at=change.at,
        )
        for change in changes
    ]


def _fields() -> list[tuple[str, str]]:
    """What the person typed, to be sent again."""
    return [(name, value) for name, value in flask.request.form.items(multi=True) if name not in OURS]
