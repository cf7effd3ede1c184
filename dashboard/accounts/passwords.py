"""Passwords: argon2id hashes and what makes a password good enough.

Source: OWASP Password Storage Cheat Sheet (argon2id, 19 MiB, 2 rounds, 1 lane); OWASP ASVS 5.0 section 6.2 (at least 8
characters, no composition rules, no common password, no word of this shop).
"""

import unicodedata
from collections.abc import Sequence

from passlib.hash import argon2

SHORTEST = 10
LONGEST = 128
GOOD_ENOUGH = 3  # of 4 by zxcvbn: safely unguessable for an online attacker, moderate for an offline one

COST = {"type": "ID", "memory_cost": 19_456, "time_cost": 2, "parallelism": 1}
"""argon2's cost: KiB, rounds, lanes. Changed only before the application is made (tests make it cheap)."""


def normal(password: str) -> str:
    """One form for what different keyboards send for the same password."""
    return unicodedata.normalize("NFKD", password)


def hash_password(password: str) -> str:
    return argon2.using(**COST).hash(normal(password))


def weakness(password: str, known: Sequence[str] = ()) -> str | None:
    """Why a password is not good enough, in a sentence; None when it is. known: what an attacker would try first (name, shop)."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    from zxcvbn import zxcvbn  # a word list of 0.8 MB: only when somebody chooses a password

    verdict = zxcvbn(password[:72], user_inputs=[word.lower() for word in known if word])
    if verdict["score"] >= GOOD_ENOUGH:
        return None
    return verdict["feedback"]["warning"] or "This password is easy to guess; a few unrelated words are better."
