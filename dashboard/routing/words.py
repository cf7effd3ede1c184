"""A decision in words: who sends, which rule settled it, and why each other location does not. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dashboard.routing import rules
from dashboard.routing.engine import Explained, Loss, Step
from dashboard.routing.facts import Facts
from dashboard.routing.rules import KINDS, RuleSet

REFUSED = {"rejected": "rejected this order", "short": "could not find its units of this order"}


class Names(NamedTuple):
    """{id: what people call it}."""

    locations: Mapping[int, str]
    skus: Mapping[int, str]

    def place(self, location: int) -> str:
        return self.locations.get(location, f"Location {location}")


class Because(NamedTuple):
    """settled: the rule that left the chosen plan, in words; others: [(location name, why it does not send)]."""

    sends: str
    settled: str
    others: tuple[tuple[str, str], ...]


def because(explained: Explained, facts: Facts, rule_set: RuleSet, names: Names) -> Because:
    """Raises nothing: what has no name is called by its id."""
    by = rules.scales(rule_set, explained.order, facts.wish)
    others = tuple((names.place(loss.location), _why_not(loss, explained, facts, by, names)) for loss in explained.losses)
    settled = " ".join(filter(None, (_settled(explained), _behind(explained, by, names))))
    return Because(_sends(explained, names), settled, others)


def _behind(explained: Explained, by: rules.Scales, names: Names) -> str:
    """Which senders have work for days already, once capacities count."""
    found = []
    for at in explained.chosen.locations if explained.chosen else ():
        if days := by.rule_set.days_behind(at, by.load):
            given = f"{by.load[at]} orders today at {by.rule_set.capacity[at]} a day"
            found.append(f"{names.place(at)} has been given {given}: it is {days} working {'day' if days == 1 else 'days'} behind.")
    return " ".join(found)


def _sends(explained: Explained, names: Names) -> str:
    plan = explained.chosen
    if plan is None:
        return "No location can send any of it."
    parts = [f"{names.place(at)} sends {_units(plan.units(at))}" for at in plan.locations]
    waits = f"; {_units(plan.missing)} must wait" if plan.missing else ""
    return ", ".join(parts) + waits + "."


def sends_of(chosen: Mapping[tuple[int, int], int], names: Names) -> str:
    """Who sends how much, of {(location id, SKU id): units}."""
    units: dict[int, int] = {}
    for (at, _), count in chosen.items():
        units[at] = units.get(at, 0) + count
    return (
        ", ".join(f"{names.place(at)} sends {_units(count)}" for at, count in units.items()) or "No location sends any of it"
    ) + "."


def _settled(explained: Explained) -> str:
    if explained.chosen is None:
        return ""
    if explained.whole:
        return f"{KINDS['do_not_split_below']}: one location only."
    deciding = [step for step in explained.steps if step.after < step.before]
    if not deciding:
        return "No rule had to choose."
    return f"Settled by: {KINDS[deciding[-1].rule]}."


def steps_in_words(steps: tuple[Step, ...], names: Names) -> list[tuple[str, str]]:
    """[(rule, what it kept)] in rank order."""
    return [(KINDS[step.rule], ", ".join(names.place(at) for at in step.locations) or "–") for step in steps]


def _why_not(loss: Loss, explained: Explained, facts: Facts, by: rules.Scales, names: Names) -> str:
    at = loss.location
    if at in facts.wish.excluded:
        return f"{REFUSED.get(facts.wish.excluded[at], 'is not asked')}."
    if loss.rule in ("", "one_location_has_everything", "do_not_split_below") or loss.mine is None:
        return _short(loss, names)
    tell = _TELL.get(loss.rule, _after)
    return tell(loss, explained, by, names)


def _short(loss: Loss, names: Names) -> str:
    if not loss.short:
        return "was not needed."
    parts = [f"{has} of {_units(wanted)} of {names.skus.get(sku, sku)}" for sku, has, wanted in loss.short]
    return f"has {' and '.join(parts[:3])}{' and lacks more' if len(parts) > 3 else ''}."


def _km(loss: Loss, explained: Explained, by: rules.Scales, names: Names) -> str:
    chosen = _chosen(explained)
    near = min(chosen, key=lambda at: by.km.get(at, rules.FAR), default=loss.location)
    mine, best = by.km.get(loss.location), by.km.get(near)
    there = "has no distance in the table" if mine is None else f"is {mine} km away"
    return f"{there}, {names.place(near)} {'has none either' if best is None else f'{best} km'}."


def _capacity(loss: Loss, explained: Explained, by: rules.Scales, names: Names) -> str:
    most = by.rule_set.capacity.get(loss.location)
    if most is None or not by.is_full(loss.location):
        return "would send together with a location that is full today."
    return f"has been given {by.load.get(loss.location, 0)} of {most} orders today."


def _parcels(loss: Loss, explained: Explained, by: rules.Scales, names: Names) -> str:
    mine, best = _pair(loss.mine), _pair(loss.best)
    if mine[0] != best[0]:
        return f"would make {_parcel(mine[0])} of it instead of {best[0]}."
    return f"would cost {_hundredths(mine[1])} in parcels instead of {_hundredths(best[1])}."


def _most(loss: Loss, explained: Explained, by: rules.Scales, names: Names) -> str:
    pairs = zip(_list(loss.mine), _list(loss.best), strict=False)
    for (mine, _), (best, _) in pairs:
        if mine != best:
            return f"would give {_units(-mine)} where {_units(-best)} can come from one place."
    return _after(loss, explained, by, names)


def _after(loss: Loss, explained: Explained, by: rules.Scales, names: Names) -> str:
    chosen = _chosen(explained)
    first = min(chosen, key=lambda at: by.order[at], default=loss.location)
    return f"could send as well; {names.place(first)} comes before it."


_TELL = {"nearest": _km, "capacity_left_today": _capacity, "cheapest_split": _parcels, "most_units_first": _most}


def _chosen(explained: Explained) -> tuple[int, ...]:
    return explained.chosen.locations if explained.chosen else ()


def _list(score: Any) -> list[Any]:
    return score if isinstance(score, list) else []


def _pair(score: Any) -> tuple[int, int]:
    return score if isinstance(score, tuple) else (0, 0)


def _units(count: int) -> str:
    return f"{count} unit" if count == 1 else f"{count} units"


def _parcel(count: int) -> str:
    return f"{count} parcel" if count == 1 else f"{count} parcels"


def _hundredths(count: int) -> str:
    return f"{count // 100}.{count % 100:02d}"
