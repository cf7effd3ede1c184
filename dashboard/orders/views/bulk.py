"""Bulk actions on the list's selection: one action per order, one result per row."""

import datetime as dt
from typing import Any, NamedTuple

import flask

from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.orders import store, words
from dashboard.orders.actions import place_hold, release_hold
from dashboard.orders.commands import PlaceHold, ReleaseHold
from dashboard.orders.rules import HOLD_KINDS
from dashboard.orders.sight import sight_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.rowview import RowView, row_views
from dashboard.web import access
from dashboard.web.access import local_path, requires
from dashboard.web.htmx import redirect, wants_part

MOST = 200


class Outcome(NamedTuple):
    """held: (order id, hold id); skipped: (number, why)."""

    held: list[tuple[int, int]]
    skipped: list[tuple[str, str]]


@blueprint.post("/holds")
@requires("holds.write")
def hold_many() -> Any:
    """Hold every selected order. A row that cannot be held is skipped and says why."""
    ids = _selected("order")
    kind, note = flask.request.form.get("kind", "manual"), flask.request.form.get("note", "")
    outcome = _hold(ids, kind, note, access.actor(), clock.now())
    text = f"Held {_orders(len(outcome.held))}"
    return _answer(f"{text} ({HOLD_KINDS[kind].lower()}).", outcome, [order_id for order_id, _ in outcome.held], undo=True)


@blueprint.post("/holds/undo")
@requires("holds.write")
def undo_holds() -> Any:
    """Release the holds that one bulk action placed."""
    actor, now = access.actor(), clock.now()
    released, skipped = [], []
    for hold_id in _selected("hold"):
        try:
            released.append(db.write(release_hold, ReleaseHold(hold_id, "undone"), actor, now))
        except DomainError as error:
            skipped.append((str(hold_id), error.message))
    return _answer(f"Released {_orders(len(released))}.", Outcome([], skipped), released, undo=False)


def _selected(name: str) -> list[int]:
    """Raises: Invalid, for none, too many, or what is no id."""
    try:
        ids = list(dict.fromkeys(int(value) for value in flask.request.form.getlist(name)))
    except ValueError:
        raise Invalid("This selection is damaged; load the list again.") from None
    if not 1 <= len(ids) <= MOST or max(ids) >= 2**63:
        raise Invalid(f"Select between 1 and {MOST} orders first.")
    return ids


def _hold(ids: list[int], kind: str, note: str, actor: Actor, now: dt.datetime) -> Outcome:
    if kind not in HOLD_KINDS:
        raise Invalid(f"Choose why: {', '.join(HOLD_KINDS)}.", fields={"kind": "unknown kind of hold"})
    numbers = {row.id: row.number for row in store.order_rows(store.reader(), ids)}
    held = store.held_for(store.reader(), ids, kind)
    outcome = Outcome(
        [], [(numbers[order_id], f"it is held for that already ({HOLD_KINDS[kind].lower()}).") for order_id in sorted(held)]
    )
    for order_id in ids:
        if order_id in held:
            continue
        try:
            outcome.held.append((order_id, db.write(place_hold, PlaceHold(order_id, kind, note), actor, now)))
        except DomainError as error:
            outcome.skipped.append((numbers.get(order_id, str(order_id)), error.message))
    return outcome


def _answer(message: str, outcome: Outcome, changed: list[int], *, undo: bool) -> Any:
    if not wants_part():
        flask.flash(message, "ok" if changed else "warn")
        for number, why in outcome.skipped:
            flask.flash(f"#{number} was skipped: {why}", "warn")
        return redirect(local_path(flask.request.form.get("back"), "/orders"))
    return flask.render_template(
        "orders/_bulk_result.html",
        message=message,
        holds=[hold_id for _, hold_id in outcome.held] if undo else [],
        skipped=outcome.skipped,
        rows=_fresh_rows(changed),
    )


def _fresh_rows(ids: list[int]) -> list[RowView]:
    store.refresh()
    connection, now = store.reader(), clock.now()
    sight, zone = sight_of(access.actor()), words.zone_of(store.locations(connection))
    return row_views(connection, store.order_rows(connection, ids), sight, now, zone)


def _orders(count: int) -> str:
    return f"{count} order" if count == 1 else f"{count} orders"
