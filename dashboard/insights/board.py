"""The board: every KPI measured, graded, and put into words. Page, API, wall and live push all take their numbers here."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import flask
import sqlalchemy as sa

from dashboard.insights import measures, memory, wording
from dashboard.insights.memory import Past
from dashboard.insights.rules import KPIS, Kpi, Measure, grade
from dashboard.insights.store import floor, trends
from dashboard.insights.store.query import Scope, scope
from dashboard.orders.rules import READINESS

SLOW = frozenset({"order_accuracy", "processing_time", "fulfilment_rate"})
"""Windows over many orders; the others are cheap enough for every tick."""


@dataclass(frozen=True)
class Tile:
    """A KPI as it is shown. value: text, None for no data; points: 24 figures, oldest first; target: for the sparkline."""

    key: str
    kpi: Kpi
    measure: Measure
    label: str
    value: str | None
    unit: str
    status: str
    target_text: str
    delta_text: str
    change: str | None
    points: tuple[float | None, ...]
    target: float | None


def tiles(connection: sa.Connection, now: dt.datetime, within: Scope, keys: Iterable[str] = KPIS) -> list[Tile]:
    """The tiles of these KPIs, all from the connection's one snapshot."""
    remembered = memory.of(flask.current_app)
    return [_tile(connection, KPIS[key], now, within, remembered) for key in keys]


def tile(connection: sa.Connection, key: str, now: dt.datetime, within: Scope) -> Tile:
    """Raises: KeyError, for an unknown KPI."""
    return tiles(connection, now, within, (key,))[0]


def ready_now(connection: sa.Connection, within: Scope) -> list[tuple[str, str, int]]:
    """Open orders that could leave now: (readiness, in words, orders), all of it, part of it, nothing."""
    found = floor.sendable(connection, within)
    return [(key, wording.READY_NOW[key], found[key]) for key in READINESS]


def of_location(connection: sa.Connection, code: str | None) -> Scope:
    """Raises: NotFound, for an unknown location; None is all of them."""
    return scope(connection, code=code)


def by_id(connection: sa.Connection, location_id: int | None) -> Scope:
    return scope(connection, location_id=location_id)


def _tile(connection: sa.Connection, kpi: Kpi, now: dt.datetime, within: Scope, remembered: memory.Memory) -> Tile:
    past = remembered.past(kpi.key, within.key, now, lambda: _past(connection, kpi.key, now, within))
    found = measures.measure(connection, kpi.key, now, within, past.plan)
    status = remembered.settled(kpi.key, within.key, grade(kpi, found), now)
    changed = wording.change(kpi, found.value, past.before)
    target_text, delta_text = wording.lines(kpi, found, changed, within.zone, now)
    return Tile(
        key=kpi.key,
        kpi=kpi,
        measure=found,
        label=wording.label(kpi, found, within.zone),
        value=wording.value(kpi, found.value),
        unit=kpi.unit,
        status=status,
        target_text=target_text,
        delta_text=delta_text,
        change=changed,
        points=tuple(_with_now(kpi, past.points, found)),
        target=_target_line(kpi, found),
    )


def _past(connection: sa.Connection, key: str, now: dt.datetime, within: Scope) -> Past:
    points = trends.TRENDS[key](connection, now, within)
    hour = now.replace(minute=0, second=0, microsecond=0)
    plan = trends.backlog_plan(connection, hour, within) if key == "backlog" else None
    return Past(points, measures.before(connection, key, now, within, points), plan)


def _with_now(kpi: Kpi, points: list[float | None], found: Measure) -> list[float | None]:
    """What stands now ends the line where the trend and the figure are the same thing."""
    return [*points[:-1], found.value] if kpi.key in ("backlog", "shipped_per_hour", "stock_risk", "exceptions") else points


def _target_line(kpi: Kpi, found: Measure) -> float | None:
    if kpi.key in ("backlog", "shipped_per_hour"):
        return found.facts.get("plan")
    if kpi.key == "stock_risk":
        return None if found.denominator is None else found.denominator * kpi.target / 100
    return {"at_risk": 0, "exceptions": None}.get(kpi.key, kpi.target)


def record(tile: Tile, within: Scope, now: dt.datetime) -> dict[str, Any]:
    """The tile as the API writes it."""
    kpi, found = tile.kpi, tile.measure
    return {
        "name": kpi.key,
        "label": kpi.label,
        "value": found.value,
        "unit": kpi.unit,
        "status": tile.status,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "numerator_is": kpi.numerator,
        "denominator_is": kpi.denominator,
        "window": kpi.window_words,
        "formula": kpi.formula,
        "target": kpi.target_words,
        "graded": {"is": kpi.graded, "value": found.graded, "target": kpi.target, "watch": kpi.watch},
        "facts": {name: _plain(value) for name, value in found.facts.items()},
        "trend": {"is": kpi.trend, "points": list(tile.points)},
        "location": within.location.code if within.location else None,
        "as_of": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.datetime) else value
