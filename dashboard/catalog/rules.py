"""What a SKU may look like: its code, its barcode, its name. Pure."""

import functools
import unicodedata
from collections.abc import Sequence
from typing import Any

from dashboard.kernel import text
from dashboard.kernel.errors import Invalid

LONGEST_CODE = 64
LONGEST_NAME = 300
HEAVIEST_GRAMS = 2_000_000
KINDS = ("stock", "service", "kit")
TRACKS = {"none": "Units only", "lots": "Lots with an expiry date", "serials": "Serial numbers"}
"""How the units of a SKU are told apart."""
MOST_PARTS = 50
MOST_PER_KIT = 10_000
GTIN_LENGTHS = (8, 12, 13, 14)
PUNCTUATION = frozenset(" ._-+/#&:()'*")


@functools.lru_cache(maxsize=8192)  # a shop sells the same things all day
def fold_code(code: str) -> str:
    """The one spelling of a SKU code: composed Unicode, no space around, upper case. `85123a` and `85123A` are one SKU."""
    return unicodedata.normalize("NFC", code).strip().upper()


def sku_code(code: str) -> str:
    """Fold and check a code.

    Raises: Invalid, for an empty or overlong code, or a character that is no letter, digit or one of ` ._-+/#&:()'*`.
    """
    folded = fold_code(code)
    if not 1 <= len(folded) <= LONGEST_CODE:
        raise _invalid("code", f"A SKU code has 1 to {LONGEST_CODE} characters, not {len(folded)}.")
    odd = [char for char in folded if not char.isalnum() and char not in PUNCTUATION]
    if odd:
        raise _invalid(
            "code", f"A SKU code is letters, digits and {''.join(sorted(PUNCTUATION)).strip()}; {odd[0]!r} cannot be in it."
        )
    if folded.startswith("/") or folded.endswith("/"):
        raise _invalid("code", "A SKU code cannot begin or end with a slash.")
    return folded


def sku_name(name: str) -> str:
    """Raises: Invalid, for an empty or overlong name."""
    if not name.strip():
        raise _invalid("name", "A SKU needs a name.")
    if trouble := text.trouble(name, LONGEST_NAME):
        raise _invalid("name", f"The name {trouble}." if trouble.startswith(("must", "contains")) else f"The name may have {trouble}.")
    return name


def gtin(barcode: str | None) -> str | None:
    """A GTIN-8, -12, -13 or -14 as digits; None for none.

    Raises: Invalid, for another length, a non-digit or a wrong check digit.
    """
    digits = (barcode or "").strip().replace(" ", "").replace("-", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in GTIN_LENGTHS:
        raise _invalid("barcode", f"A barcode is a GTIN of {', '.join(map(str, GTIN_LENGTHS[:-1]))} or 14 digits.")
    if check_digit(digits[:-1]) != int(digits[-1]):
        raise _invalid(
            "barcode", f"The check digit of {digits} is {check_digit(digits[:-1])}, not {digits[-1]}: look for a typing error."
        )
    return digits


def check_digit(digits: str) -> int:
    """The GS1 check digit for the digits before it.

    Source: GS1 General Specifications, section 7.9: weights 3 and 1 from the right, complement to the next multiple of ten.
    """
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return -total % 10


def kind(value: str) -> str:
    """Raises: Invalid, for another kind than stock, service or kit."""
    if value not in KINDS:
        raise _invalid("kind", "A SKU is stock (it has balances), service (a fee, voucher or charge) or kit (sold as its parts).")
    return value


def tracks(how: str, kind_: str) -> str:
    """How the units of a new SKU are told apart.

    Raises: Invalid, for an unknown word, or for a SKU that is no stock item.
    """
    if how not in TRACKS:
        raise _invalid("tracks", f"Choose how units are told apart: {', '.join(TRACKS)}.")
    if how != "none" and kind_ != "stock":
        raise _invalid("tracks", "Only a stock item has lots or serial numbers.")
    return how


def recipe(code: str, kind: str, parts: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """What a SKU is made of, [[code, units]], folded and in order of the codes.

    Raises: Invalid (facts: fields), for a kit without parts or with too many, parts of something else, a part named twice, the kit
    itself, or units that are not 1 to MOST_PER_KIT.
    """
    if kind != "kit":
        if parts:
            raise _invalid("components", "Only a kit has parts.")
        return []
    if not 1 <= len(parts) <= MOST_PARTS:
        raise _invalid("components", f"A kit has 1 to {MOST_PARTS} parts, not {len(parts)}.")
    fields: dict[str, str] = {}
    found: dict[str, int] = {}
    for place, (part, units) in enumerate(parts):
        folded = fold_code(str(part))
        if trouble := _part_trouble(folded, code, folded in found):
            fields[f"components.{place}.sku"] = trouble
        if isinstance(units, bool) or not isinstance(units, int) or not 1 <= units <= MOST_PER_KIT:
            fields[f"components.{place}.quantity"] = f"Units per kit are whole numbers from 1 to {MOST_PER_KIT:,}."
        else:
            found[folded] = units
    if fields:
        raise Invalid(" ".join(dict.fromkeys(fields.values())), fields=fields)
    return [[part, units] for part, units in sorted(found.items())]


def _part_trouble(part: str, kit: str, known: bool) -> str:
    if not part or len(part) > LONGEST_CODE or not part.isprintable():
        return "Name the SKU of the part."
    if part == kit:
        return "A kit cannot be a part of itself."
    return f"{part} is named twice; add its units up." if known else ""


def weight_grams(value: int) -> int:
    """Raises: Invalid, below 0 or above two tonnes."""
    if not 0 <= value <= HEAVIEST_GRAMS:
        raise _invalid("weight_grams", f"A weight is 0 to {HEAVIEST_GRAMS} grams.")
    return value


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, fields={field: message})
