"""What an application remembers between two looks at its KPIs: settled statuses, and the past of each hour."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import NamedTuple

import flask

from dashboard.insights import grading
from dashboard.insights.grading import Held

KEPT = dt.timedelta(minutes=10)
STAGGER = dt.timedelta(seconds=20)
PUSH_SLOW = dt.timedelta(seconds=5)
MOST = 64


class Past(NamedTuple):
    """points: 24 figures, oldest first; before: the value 24 hours ago; plan: of the backlog, else None."""

    points: list[float | None]
    before: float | None
    plan: float | None


class Memory:
    """One per application; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[tuple[str, int], Held] = {}
        self._past: dict[tuple[str, int], tuple[dt.datetime, Past]] = {}
        self._pushed: dict[int, dt.datetime] = {}

    def settled(self, key: str, scope_key: int, status: str, now: dt.datetime) -> str:
        """The status to show for the graded one; see grading.settle."""
        with self._lock:
            held = grading.settle(self._held.get((key, scope_key)), status, now)
            self._held[key, scope_key] = held
            _bound(self._held)
            return held.shown

    def past(self, key: str, scope_key: int, now: dt.datetime, compute: Callable[[], Past]) -> Past:
        """What lies behind this KPI, computed anew every ten minutes or so: not of all KPIs at once."""
        kept = self._past.get((key, scope_key))
        if kept is not None and dt.timedelta() <= now - kept[0] < KEPT + len(key) * STAGGER:
            return kept[1]
        found = compute()
        with self._lock:
            self._past[key, scope_key] = now, found
            _bound(self._past)
        return found

    def push_is_due(self, scope_key: int, now: dt.datetime) -> bool:
        """Whether the slow windows were last pushed PUSH_SLOW ago or longer; if so, they count as pushed now."""
        with self._lock:
            last = self._pushed.get(scope_key)
            if last is not None and now - last < PUSH_SLOW:
                return False
            self._pushed[scope_key] = now
            return True


def _bound(kept: dict) -> None:
    while len(kept) > MOST * 8:
        kept.pop(next(iter(kept)))


def of(app: flask.Flask) -> Memory:
    return app.extensions.setdefault("orderdeck_kpis", Memory())
