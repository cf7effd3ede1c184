"""What slices above this one keep about a person: each registers how it gives that out with the person's data, and how it forgets it."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from dashboard.customers.rules import email_key, names_touch, words_of
from dashboard.kernel.tx import Tx


class Known(NamedTuple):
    """A person as far as others can recognise them. orders: ids; emails: as rules.email_key folds them; words: of their names."""

    orders: Sequence[int]
    emails: frozenset[str]
    words: frozenset[str]

    def is_meant(self, email: str, name: str) -> bool:
        """Whether something addressed so is theirs: an address may be shared, and then the name must not be somebody else's."""
        words = words_of(name)
        return email_key(email) in self.emails and (not words or not self.words or names_touch(words, self.words))


class Holding(Protocol):
    """name: what the part of the person's file is called."""

    name: str

    def given(self, tx: Tx, known: Known) -> list[dict[str, Any]]:
        """Everything kept about them, as plain JSON values."""

    def forget(self, tx: Tx, known: Known) -> None:
        """Blank what is personal; what happened stays."""


HOLDINGS: dict[str, Holding] = {}


def register(holding: Holding) -> Holding:
    HOLDINGS[holding.name] = holding
    return holding


def given(tx: Tx, known: Known) -> dict[str, list[dict[str, Any]]]:
    return {name: HOLDINGS[name].given(tx, known) for name in sorted(HOLDINGS)}


def forget(tx: Tx, known: Known) -> None:
    for name in sorted(HOLDINGS):
        HOLDINGS[name].forget(tx, known)
