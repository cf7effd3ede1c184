"""What can be asked of bulk actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DraftRun:
    """action: one of rules.ACTIONS. query: the list's URL whose orders these are, empty for chosen rows. orders: ids, as they are done."""

    action: str
    orders: tuple[int, ...]
    query: str = ""


@dataclass(frozen=True)
class StartRun:
    """Start a draft. choice: what the action asks for (rules.Kind.asks)."""

    run_id: int
    choice: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StopRun:
    """Leave the orders alone that still wait. message: why."""

    run_id: int
    message: str


@dataclass(frozen=True)
class UndoRun:
    run_id: int


@dataclass(frozen=True)
class AdvanceRun:
    """Do the next orders of a run. most: how many; job_id: the job that does it, whose lease is kept."""

    run_id: int
    most: int
    job_id: int
