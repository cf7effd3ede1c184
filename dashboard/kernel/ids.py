"""Identifiers: row ids known before the insert, secrets and their hashes, Luhn check digits."""

import hashlib
import re
import secrets
import uuid

TOKEN_BYTES = 24
DIGIT = re.compile(r"\d")
CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")


def new_token() -> str:
    """192 random bits, URL-safe: 32 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token. A plain SHA-256 is enough for 192 random bits: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_key() -> str:
    return str(uuid.uuid4())


def mod10_ok(number: str) -> bool:
    """Luhn check of a string of digits."""
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def mask_cards(text: str) -> str:
    """Mask card numbers (13 to 19 digits with a valid check digit) down to their last four digits."""
    if not DIGIT.search(text):
        return text

    def mask(match: re.Match[str]) -> str:
        number = re.sub(r"[ -]", "", match.group())
        if not 13 <= len(number) <= 19 or not number.isascii() or not mod10_ok(number) or len(set(number)) == 1:
            return match.group()
        return f"[card ending {number[-4:]}]"

    return CARD.sub(mask, text)
