"""What can be asked of routing."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Wish(NamedTuple):
    """What an order brings along. value_e4: goods in 1/10,000 of its currency; all_or_nothing: refused unless all of it is there.

    excluded: {location id: why it is not asked}; sending: locations that already send a part of the order; load: {location id:
    orders it was given today}.
    """

    country: str = ""
    postal_code: str = ""
    value_e4: int = 0
    all_or_nothing: bool = False
    excluded: Mapping[int, str] = {}
    sending: tuple[int, ...] = ()
    load: Mapping[int, int] = {}


@dataclass(frozen=True)
class StartDraft:
    """Copy a rule set as a draft to change. based_on: its id, 0 for the built-in one."""

    based_on: int


@dataclass(frozen=True)
class EditDraft:
    """Replace what a draft says. version: of the draft as the person saw it."""

    id: int
    version: int
    document: Mapping[str, Any]


@dataclass(frozen=True)
class DiscardDraft:
    id: int
    version: int


@dataclass(frozen=True)
class SwitchOn:
    """Route by this rule set from now on. version: of the rule set, active: the id of the one in use, as the person saw them."""

    id: int
    version: int
    active: int


@dataclass(frozen=True)
class StartSimulation:
    """Try a draft on the newest `most` orders placed from one day to another (None: without an end)."""

    rule_set: int
    since: dt.date | None = None
    until: dt.date | None = None
    most: int = 1_000
