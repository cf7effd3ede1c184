"""What goes on, on every page: a chip in the top bar."""

import logging
from types import SimpleNamespace
from typing import Any

from dashboard.bulk import store, words
from dashboard.bulk.views.blueprint import blueprint
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.web import access

log = logging.getLogger(__name__)


@blueprint.app_context_processor
def chips() -> dict[str, Any]:
    """bulk_chip: asked by the top bar alone, so that a part costs nothing."""
    return {"bulk_chip": chip_now}


def chip_now() -> SimpleNamespace | None:
    """None for somebody who sees no orders, and where the database cannot say: the page about that must still be shown."""
    try:
        actor: Actor | None = access.current()
        return chip_of(store.active(reader())) if actor is not None and actor.may("orders.read") else None
    except Exception:
        log.warning("what goes on is not known", exc_info=True)
        return None


def chip_of(runs: list[Any]) -> SimpleNamespace:
    """Of runs that go on, or of one that has just ended; empty when there is none."""
    if not runs:
        return SimpleNamespace(href="/bulk", text="", icon="check", percent=None)
    run = runs[0]
    over = run.status not in ("queued", "running")
    percent = None if over else (run.done + run.skipped) * 100 // run.total
    shape = words.STATES[run.status][2]
    if len(runs) > 1:
        return SimpleNamespace(href="/bulk", text=f"{len(runs)} bulk actions", icon="half", percent=percent)
    return SimpleNamespace(href=f"/bulk/{run.id}", text=words.line(run).rstrip("."), icon=shape, percent=percent)
