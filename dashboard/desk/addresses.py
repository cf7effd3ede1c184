"""Addresses that cannot be right: what is missing, and postal codes that their country does not write. Pure."""

import re
from typing import NamedTuple

POSTAL = {
    "AT": r"\d{4}", "AU": r"\d{4}", "BE": r"\d{4}", "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "CH": r"\d{4}", "CZ": r"\d{3} ?\d{2}",
    "DE": r"\d{5}", "DK": r"\d{4}", "ES": r"\d{5}", "FI": r"\d{5}", "FR": r"\d{5}", "IT": r"\d{5}", "NL": r"\d{4} ?[A-Z]{2}",
    "NO": r"\d{4}", "PL": r"\d{2}-?\d{3}", "PT": r"\d{4}(-\d{3})?", "SE": r"\d{3} ?\d{2}", "US": r"\d{5}(-\d{4})?",
    "GB": r"(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})",
}  # fmt: skip
"""ISO 3166-1 alpha-2 -> how postal codes look there (Universal Postal Union, Postal addressing systems). Others are not judged."""


class Place(NamedTuple):
    """Where an order goes, as the channel wrote it."""

    line1: str
    city: str
    postal_code: str
    country: str


def faults(place: Place) -> list[str]:
    """What cannot be right, in words without a person's data; empty for an address that may be right, or for none at all."""
    if not any(part.strip() for part in place[:3]):
        return []  # picked up, or sent without an address on purpose
    missing = [
        word
        for word, part in (("street", place.line1), ("city", place.city), ("country", place.country))
        if not part.strip()
    ]
    found = [f"{' and '.join(missing)} missing"] if missing else []
    code, country = place.postal_code.strip().upper(), place.country.strip().upper()
    pattern = POSTAL.get(country)
    if pattern and not re.fullmatch(pattern, code):
        found.append(f"the postal code is not one of {country}" if code else "postal code missing")
    return found
