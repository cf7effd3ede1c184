"""By what customers are recognised. Pure.

The rule, in words: a channel's own name for its customer, an e-mail address or a phone number joins orders to one customer.
An e-mail address joins only where the names share a word (or one is missing), a phone number only where the names agree in every
word that both give; so an office's shared address or a family's shared telephone does not make one person of two. (Two of one surname
who share an e-mail address are one customer, as they are to every shop.) A title is no name. Addresses that a marketplace or a machine
puts in the customer's place, and numbers nobody has, never join. The same name at the same address joins nothing: people are asked.
"""

import functools
import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import NamedTuple

import phonenumbers

PURPOSES = {"email": "News by e-mail", "sms": "News by text message", "post": "News by post", "reviews": "Asked for reviews"}
DOORS = {
    "web": "On the web shop",
    "phone": "By phone",
    "email": "By e-mail",
    "in_person": "In person",
    "channel": "By the channel",
}
JOINING = ("ref", "email", "phone")
MOST_TAG = 40
MOST_WORDS = 8
MOST_WORD = 60
SUGGESTED_BY = {"email": "the same e-mail address", "phone": "the same phone number", "address": "the same name and address"}

_RELAYS = re.compile(
    r"(^|\.)(marketplace\.amazon\.[a-z.]+|members\.ebay\.[a-z.]+|privaterelay\.appleid\.com|relay\.firefox\.com|duck\.com"
    r"|mailer\.etsy\.com|transaction\.etsy\.com|guest\.booking\.com|guest\.airbnb\.com|reply\.[a-z0-9.-]+|relay\.[a-z0-9.-]+)$"
)
_MACHINES = frozenset(
    "anonymous customer customers donotreply guest marketplace na nil no nobody noemail nomail noreply none notprovided null order"
    " orders postmaster relay test unknown webshop".split()
)
_TITLES = frozenset("dr frau herr hr madame mlle mme monsieur mr mrs ms mx prof sig sigra sr sra srta".split())
_WORD = re.compile(r"[^\W_]+")
_SPACELESS = "\u2e80"
"""Chinese, Japanese and Korean writing begins here."""


class Person(NamedTuple):
    """What one order says of its customer; country: two letters, or empty when unknown."""

    channel: str
    ref: str
    name: str
    email: str
    phone: str
    country: str
    address: tuple[str, ...]


class Keys(NamedTuple):
    """joining: {kind: value} of JOINING; address: hash of name and address, or None; words: of the name."""

    joining: dict[str, str]
    address: str | None
    words: frozenset[str]

    @property
    def known(self) -> bool:
        """Whether there is anything by which this person could be recognised again."""
        return bool(self.joining or self.address)


def keys_of(person: Person) -> Keys:
    found = {
        "ref": f"{person.channel}:{person.ref}" if person.ref else None,
        "email": email_key(person.email),
        "phone": phone_key(person.phone, person.country),
    }
    words = words_of(person.name)
    return Keys({kind: value for kind, value in found.items() if value}, address_key(words, person.address), words)


def email_key(email: str) -> str | None:
    """The address as it is compared; None for one that is no address or belongs to no one person."""
    folded = folded_email(email)
    return None if folded is None or is_shared(folded) else folded


def folded_email(email: str) -> str | None:
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    mailbox, at, domain = folded.rpartition("@")
    if not at or not mailbox or "." not in domain or len(folded) > 254 or len(folded.split()) != 1:
        return None
    return folded


def is_shared(folded: str) -> bool:
    """Whether a marketplace or a machine wrote this address (folded) in the customer's place."""
    mailbox, _, domain = folded.rpartition("@")
    return bool(_RELAYS.search(domain)) or re.sub(r"[^a-z]", "", mailbox.partition("+")[0]) in _MACHINES


@functools.lru_cache(maxsize=4096)  # reading a number costs more than all the rest
def phone_key(phone: str, country: str) -> str | None:
    """The number in E.164 form; None for one that cannot be, or that needs a country nobody gave."""
    if not phone.strip():
        return None
    try:
        number = phonenumbers.parse(phone[:40], country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or _is_invented(str(number.national_number)):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_invented(digits: str) -> bool:
    """000000000, 1212121212, 1234567890: what people type who give no number."""
    return len(set(digits)) < 3 or digits in "01234567890123456789" or digits in "98765432109876543210"


def words_of(name: str) -> frozenset[str]:
    """The words of a name without accents, case, marks and titles."""
    words = _WORD.findall(plain(name))
    return frozenset(word[:MOST_WORD] for word in ([word for word in words if word not in _TITLES] or words)[:MOST_WORDS])


def plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))


def address_key(words: Collection[str], address: Iterable[str]) -> str | None:
    """The hash of a name at an address; None when either is missing (a name and a country are no address)."""
    parts = [_spelled(part) for part in address]
    if not words or not parts[0] or not (parts[2] or parts[4]):
        return None
    return hashlib.sha256("|".join([" ".join(sorted(words)), *parts]).encode()).hexdigest()


def place_key(address: Iterable[str]) -> str:
    """The hash of an address alone: two spellings that differ in case and marks are one."""
    return hashlib.sha256("|".join([_spelled(part) for part in address]).encode()).hexdigest()


@functools.lru_cache(maxsize=4096)  # towns and countries come again and again
def _spelled(part: str) -> str:
    return " ".join(_WORD.findall(plain(part)))


def may_join(kind: str, ours: Collection[str], theirs: Collection[str]) -> bool:
    """Whether an order whose name has our words may join a record with theirs by a key of this kind."""
    if kind == "ref" or not ours or not theirs:
        return True
    return names_touch(ours, theirs) if kind == "email" else names_agree(ours, theirs)


def names_touch(ours: Collection[str], theirs: Collection[str]) -> bool:
    """They share a word of two letters or more, or are the same; where a script has no spaces, a part of a word is a word."""
    return set(ours) == set(theirs) or any(_is_in(word, theirs) for word in ours) or any(_is_in(word, ours) for word in theirs)


def _is_in(word: str, words: Collection[str]) -> bool:
    if word >= _SPACELESS:
        return any(word in other for other in words)
    return len(word) > 1 and word in words


def names_agree(ours: Collection[str], theirs: Collection[str]) -> bool:
    """Every word of the shorter name is in the longer one, an initial standing for its word; one whole word is the same."""
    short, long = sorted((set(ours), set(theirs)), key=len)
    return names_touch(short, long) and all(_stands_in(word, long) for word in short)


def _stands_in(word: str, words: Collection[str]) -> bool:
    return any(word == other or (min(len(word), len(other)) == 1 and word[0] == other[0]) for other in words)


def tag_of(text: str) -> str:
    """A tag as it is kept: lower case, one blank between its words."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
