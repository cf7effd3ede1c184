"""Figures as people read them: numbers, ages and the words on a tile. Pure."""

import datetime as dt
import math

from dashboard.insights.rules import HOUR, KPIS, Kpi, Measure

READY_NOW = {"ready": "complete", "part": "in part", "none": "nothing"}


def whole(count: float | None) -> str:
    """1234 -> '1,234'; None is a dash."""
    return "–" if count is None else f"{round(count):,}"


def floored(figure: float) -> str:
    """One decimal, rounded down: a 99.0 on the screen is never really 98.96."""
    return f"{math.floor(figure * 10 + 1e-9) / 10:.1f}"


def hours(figure: float | None) -> str:
    """'0.4' below ten hours, '26' above; None is a dash."""
    if figure is None:
        return "–"
    return f"{figure:.1f}" if figure < 9.95 else whole(figure)


def span(seconds: float | None) -> str:
    """'22 min', '1 h 12 min', '31 h', '5 d'."""
    if seconds is None:
        return "–"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 180:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // 1440} d"


def value(kpi: Kpi, figure: float | None) -> str | None:
    """The figure as text without its unit; None where there is none."""
    if figure is None:
        return None
    if kpi.unit == "%":
        return "100" if figure == 100 else floored(figure)
    return hours(figure) if kpi.unit == "h" else whole(figure)


def change(kpi: Kpi, now: float | None, before: float | None) -> str | None:
    """'+0.2 pt vs yesterday'; None when one of the two is unknown."""
    if now is None or before is None:
        return None
    difference = now - before
    sign = "+" if difference > 0 else "−"
    size = (
        f"{abs(difference):.1f} pt"
        if kpi.unit == "%"
        else f"{hours(abs(difference))} h"
        if kpi.unit == "h"
        else whole(abs(difference))
    )
    return f"{sign}{size} vs yesterday" if size.strip(" pth") not in ("0.0", "0") else "as yesterday"


def label(kpi: Kpi, measure: Measure, zone: dt.tzinfo) -> str:
    """The tile's heading; that of At risk names the cut-off."""
    cutoff = measure.facts.get("cutoff")
    if kpi.key != "at_risk" or cutoff is None:
        return kpi.label
    return f"At risk for {cutoff.astimezone(zone):%H:%M} cut-off"


def lines(kpi: Kpi, measure: Measure, changed: str | None, zone: dt.tzinfo, now: dt.datetime) -> tuple[str, str]:
    """The two lines under the figure: target, and what goes with it."""
    return _LINES[kpi.key](measure, measure.facts, changed, zone, now)


def _accuracy(measure, facts, changed, zone, now):
    wrong = None if measure.value is None else measure.denominator - measure.numerator
    return (
        "target ≥ 99 %",
        "nothing shipped in 30 d" if wrong is None else f"{whole(wrong)} of {whole(measure.denominator)} wrong",
    )


def _processing(measure, facts, changed, zone, now):
    if measure.value is None:
        return "target p90 ≤ 24 h", "nothing shipped in 7 d"
    return f"p90 {hours(facts['p90'])} h, target ≤ 24 h", f"median; {math.floor(facts['within_48_h'])} % within 48 h"


def _fulfilment(measure, facts, changed, zone, now):
    if measure.value is None:
        return "target ≥ 98 %", "nothing due in 7 d"
    return "target ≥ 98 %", f"{whole(measure.denominator - measure.numerator)} of {whole(measure.denominator)} missing"


def _backlog(measure, facts, changed, zone, now):
    oldest = "nothing waits" if facts["oldest"] is None else f"oldest {span(facts['oldest'])}"
    if facts["plan"] is None:
        return "no plan before week 2", oldest
    hour = now.replace(minute=0, second=0, microsecond=0).astimezone(zone)
    return f"plan ≤ {whole(facts['plan'])} at {hour:%H:%M}", oldest


def _at_risk(measure, facts, changed, zone, now):
    if measure.value is None:
        return "target 0", "no location has a cut-off"
    pace = "" if facts["pace"] is None else f", pace {facts['pace']:.0f}/h"
    return f"target 0 · {span(facts['seconds_left'])} left", f"{whole(measure.denominator)} due{pace}"


def _shipped(measure, facts, changed, zone, now):
    day = f"{whole(facts['today'])} today"
    if facts["plan"] is None:
        return "no plan before week 2", day
    plan = facts["plan"]
    total = "" if facts["today_plan"] is None else f" of {whole(facts['today_plan'])}"
    return f"plan {whole(plan) if plan >= 10 or plan == int(plan) else f'{plan:.1f}'}/h", day + total


def _stock(measure, facts, changed, zone, now):
    if measure.value is None:
        return "target ≤ 5 %", "no reorder points set"
    out = facts["out_with_demand"]
    most = math.floor(measure.denominator * KPIS["stock_risk"].target / 100)
    return f"target ≤ {whole(most)} of {whole(measure.denominator)}", f"{whole(out) if out else 'none'} out with demand"


def _exceptions(measure, facts, changed, zone, now):
    return "target none over 1 h", "nothing open" if facts["oldest"] is None else f"oldest {span(facts['oldest'])}"


_LINES = {
    "order_accuracy": _accuracy,
    "processing_time": _processing,
    "fulfilment_rate": _fulfilment,
    "backlog": _backlog,
    "at_risk": _at_risk,
    "shipped_per_hour": _shipped,
    "stock_risk": _stock,
    "exceptions": _exceptions,
}


def trend_step(kpi: Kpi) -> str:
    return "hour" if kpi.step == HOUR else "day"
