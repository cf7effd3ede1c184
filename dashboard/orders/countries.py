"""Countries as orders name them: two letters, or an English name. Pure."""

import functools

from babel import Locale

_ALSO = {
    "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "usa": "US", "united states of america": "US", "america": "US", "eire": "IE", "republic of ireland": "IE", "holland": "NL",
    "the netherlands": "NL", "rsa": "ZA", "korea": "KR", "uae": "AE", "czech republic": "CZ", "turkey": "TR", "hong kong": "HK",
}  # fmt: skip


def code_of(country: str) -> str:
    """'United Kingdom' -> 'GB'; empty for what is no country."""
    return _code_of(country.strip().casefold()) if len(country) <= 60 else ""


@functools.lru_cache(maxsize=1024)
def _code_of(folded: str) -> str:
    return _names().get(folded, "")


@functools.cache
def _names() -> dict[str, str]:
    territories = {
        code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code not in ("EU", "EZ", "UN", "ZZ")
    }
    named = {name.casefold(): code for code, name in territories.items()}
    return named | {code.casefold(): code for code in territories} | _ALSO
