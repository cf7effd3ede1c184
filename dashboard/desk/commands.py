"""What can be asked of the exceptions desk. version: of the exception as the person saw it, None to skip that check."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AssignException:
    """user_id: who has it from now on; None gives it back to everybody."""

    id: int
    user_id: int | None
    version: int | None = None


@dataclass(frozen=True)
class SnoozeException:
    """until: when it comes back by itself; None brings it back now."""

    id: int
    until: dt.datetime | None
    version: int | None = None


@dataclass(frozen=True)
class ReopenException:
    """until: when it comes back by itself, if it slept before it was resolved."""

    id: int
    version: int | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True)
class ApplyFix:
    """fix: one of the fixes of its kind (rules.KINDS); choice: what the fix asks for, by name."""

    id: int
    fix: str
    choice: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True)
class Arrive:
    """Somebody opened the page of today. seq: where the log stands."""

    user_id: int
    seq: int
