"""What a rule set's document must be like. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dashboard.kernel.units import MOST_MINOR
from dashboard.routing.rules import KINDS, LONGEST_PREFIX, MOST_DISTANCES

MOST_ORDERS = 1_000_000
MOST_KM = 41_000  # a little more than once around the Earth
COUNTRY = re.compile(r"[A-Z]{2}")
PREFIX = re.compile(rf"[A-Z0-9]{{0,{LONGEST_PREFIX}}}")


def faults(document: Mapping[str, Any], locations: Collection[int]) -> dict[str, str]:
    """{field: what is wrong}; empty when the document can be used. locations: ids of those that exist."""
    return dict(
        [
            *_rules(document["rules"], locations),
            *_places(document["places"], locations),
            *_distances(document["distances"], locations),
        ]
    )


def _rules(rules: list[dict[str, Any]], locations: Collection[int]) -> Iterator[tuple[str, str]]:
    if sorted(rule["kind"] for rule in rules) != sorted(KINDS):
        yield "rules", "every rule must be there once; load the page again"
        return
    if not any(rule["on"] for rule in rules if rule["kind"] != "do_not_split_below"):
        yield "rules", "at least one rule must rank the locations"
    for rule in rules:
        if not 0 <= rule["below_e4"] <= MOST_MINOR:
            yield "below", "0 or more, and in range"
        if set(rule["locations"]) - set(locations) or len(set(rule["locations"])) < len(rule["locations"]):
            yield "locations", "each location that exists, at most once"


def _places(places: Mapping[str, Any], locations: Collection[int]) -> Iterator[tuple[str, str]]:
    for at, facts in places.items():
        if int(at) not in locations:
            yield f"capacity_{at}", "no such location"
        if facts["capacity"] is not None and not 0 <= facts["capacity"] <= MOST_ORDERS:
            yield f"capacity_{at}", f"0 to {MOST_ORDERS} orders a day, or empty for no limit"
        if not 0 <= facts["parcel_cost"] <= MOST_MINOR:
            yield f"parcel_cost_{at}", "0 or more, and in range"


def _distances(rows: list[list[Any]], locations: Collection[int]) -> Iterator[tuple[str, str]]:
    if len(rows) > MOST_DISTANCES:
        yield "distances", f"at most {MOST_DISTANCES} lines"
    seen = set()
    for number, (country, prefix, at, km) in enumerate(rows, 1):
        if not COUNTRY.fullmatch(country):
            yield "distances", f"line {number}: a country has two letters, for example GB"
        elif not PREFIX.fullmatch(prefix):
            yield "distances", f"line {number}: a postal code starts with at most {LONGEST_PREFIX} letters or digits"
        elif at not in locations:
            yield "distances", f"line {number}: there is no such location"
        elif not 0 <= km <= MOST_KM:
            yield "distances", f"line {number}: 0 to {MOST_KM} km"
        elif (country, prefix, at) in seen:
            yield "distances", f"line {number}: this place and location stand there twice"
        seen.add((country, prefix, at))
