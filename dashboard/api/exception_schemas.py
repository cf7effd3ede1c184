"""What the API answers about exceptions."""

from typing import Any

from dashboard.api.schemas import Answer, Id, Time


class Fix(Answer):
    """effect: what it will change; asks: what the fix must be told; permission: what it needs."""

    key: str
    label: str
    effect: str
    asks: list[str]
    permission: str


class ExceptionRow(Answer):
    """state: open, snoozed or resolved. times: how often this cause has opened it. cleared: it closed itself."""

    id: Id
    kind: str
    summary: str
    state: str
    order: str | None
    times: int
    opened_at: Time
    snoozed_until: Time | None
    assignee: Id | None
    assignee_name: str | None
    resolved_at: Time | None
    resolved_by: str | None
    resolution: str | None
    cleared: bool
    version: int


class ExceptionList(Answer):
    items: list[ExceptionRow]
    next: str | None


class Step(Answer):
    """what: opened, reopened, assigned, snoozed, woken, tried, resolved or cleared."""

    at: Time
    by: str
    what: str
    said: str


class ExceptionDetail(ExceptionRow):
    """fixes: the suggested one first."""

    facts: dict[str, Any]
    fixes: list[Fix]
    steps: list[Step]


class FixResult(Answer):
    """closed: it is resolved by that. said: what was done."""

    id: Id
    said: str
    closed: bool
    version: int
