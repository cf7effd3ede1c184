"""The draft's form: rules in rank order, what they are set to, and the tables they read. Texts become a document, or errors by field."""

import decimal
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.routing import rules
from dashboard.routing.rules import KINDS, RuleSet

E4 = decimal.Decimal(10_000)
HUNDRED = decimal.Decimal(100)


class Typed(NamedTuple):
    """The form as it stands: texts as typed. rules: [(kind, on)] in rank order; capacity, cost: {location code: text}."""

    rules: tuple[tuple[str, bool], ...]
    below: str
    locations: str
    capacity: Mapping[str, str]
    cost: Mapping[str, str]
    distances: str


def typed_of(rule_set: RuleSet, codes: Mapping[int, str]) -> Typed:
    """A stored rule set as its form shows it. codes: {location id: code}."""
    limit = next(rule for rule in rule_set.rules if rule.kind == "do_not_split_below")
    listed = next(rule for rule in rule_set.rules if rule.kind == "location_priority")
    return Typed(
        tuple((rule.kind, rule.on) for rule in rule_set.rules),
        _decimal(limit.below_e4, E4) if limit.below_e4 else "",
        ", ".join(codes.get(at, str(at)) for at in listed.locations),
        {code: str(rule_set.capacity.get(at, "")) for at, code in codes.items()},
        {code: _decimal(rule_set.parcel_cost[at], HUNDRED) if at in rule_set.parcel_cost else "" for at, code in codes.items()},
        "\n".join(
            f"{country}, {prefix}, {codes.get(at, at)}, {km}"
            for (country, prefix), row in sorted(rule_set.distances.items())
            for at, km in sorted(row.items())
        ),
    )


def typed_from(form: Any, codes: Sequence[str]) -> Typed:
    """What was posted; `move` is kind:up or kind:down, the button that was pressed instead of Save."""
    ranked = [kind for kind in dict.fromkeys(form.getlist("rank")) if kind in KINDS]
    ranked += [kind for kind in KINDS if kind not in ranked]
    on = set(form.getlist("on"))
    return Typed(
        tuple((kind, kind in on) for kind in _moved(ranked, form.get("move", ""))),
        form.get("below", "").strip(),
        form.get("locations", "").strip(),
        {code: form.get(f"capacity-{code}", "").strip() for code in codes},
        {code: form.get(f"cost-{code}", "").strip() for code in codes},
        form.get("distances", ""),
    )


def _moved(ranked: list[str], move: str) -> list[str]:
    kind, _, way = move.partition(":")
    if kind in ranked and way in ("up", "down"):
        at = ranked.index(kind)
        to = max(0, min(len(ranked) - 1, at + (-1 if way == "up" else 1)))
        ranked.insert(to, ranked.pop(at))
    return ranked


def document_from(typed: Typed, ids: Mapping[str, int]) -> tuple[dict[str, Any], dict[str, str]]:
    """(document, {field: what cannot be read}). ids: {location code: id}."""
    errors: dict[str, str] = {}
    below = _number(typed.below, E4, "below", errors)
    listed = _listed(typed.locations, ids, errors)
    places = {}
    for code, at in ids.items():
        capacity = _number(typed.capacity.get(code, ""), decimal.Decimal(1), f"capacity-{code}", errors)
        cost = _number(typed.cost.get(code, ""), HUNDRED, f"cost-{code}", errors)
        if capacity is not None or cost:
            places[str(at)] = {"capacity": capacity, "parcel_cost": cost or 0}
    document = {
        "rules": [
            {
                "kind": kind,
                "on": on,
                "below_e4": (below or 0) if kind == "do_not_split_below" else 0,
                "locations": listed if kind == "location_priority" else [],
            }
            for kind, on in typed.rules
        ],
        "places": dict(sorted(places.items(), key=lambda one: int(one[0]))),
        "distances": _distances(typed.distances, ids, errors),
    }
    return document, errors


def _number(text: str, scale: decimal.Decimal, field: str, errors: dict[str, str]) -> int | None:
    """The text in units of 1/scale; None for an empty one."""
    if not text:
        return None
    try:
        value = decimal.Decimal(text) * scale
    except decimal.InvalidOperation:
        value = decimal.Decimal("NaN")
    if not value.is_finite() or value < 0 or value != value.to_integral_value() or value >= 2**53:
        errors[field] = "a whole number, 0 or more" if scale == 1 else "an amount, 0 or more, for example 3.95"
        return None
    return int(value)


def _listed(text: str, ids: Mapping[str, int], errors: dict[str, str]) -> list[int]:
    codes = [code.strip() for code in text.split(",") if code.strip()]
    known = {code.casefold(): at for code, at in ids.items()}
    unknown = [code for code in codes if code.casefold() not in known]
    if unknown:
        errors["locations"] = f"there is no location {', '.join(unknown)[:60]}"
    return [known[code.casefold()] for code in codes if code.casefold() in known]


def _distances(text: str, ids: Mapping[str, int], errors: dict[str, str]) -> list[list[Any]]:
    """Lines of `country, postal-code prefix, location, km`; the prefix may be empty."""
    known = {code.casefold(): at for code, at in ids.items()}
    rows: list[list[Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.replace("\t", ",").replace(";", ",").split(",")]
        if len(cells) != 4 or not cells[3].isascii() or not cells[3].isdigit() or len(cells[3]) > 6:
            errors.setdefault(
                "distances", f"line {number}: write country, postal code start, location, km; for example GB, YO, NORTH, 42"
            )
        elif cells[2].casefold() not in known:
            errors.setdefault("distances", f"line {number}: there is no location {cells[2][:20]!r}")
        else:
            rows.append([cells[0].upper(), rules.folded_code(cells[1]), known[cells[2].casefold()], int(cells[3])])
    return rows


def _decimal(value: int, scale: decimal.Decimal) -> str:
    return f"{decimal.Decimal(value) / scale:.2f}"
