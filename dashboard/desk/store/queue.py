"""The exceptions queue: keyset pages of its views, one exception with all that happened to it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.accounts.model import User
from dashboard.kernel import clock
from dashboard.kernel.errors import NotFound
from dashboard.orders.exception_model import ExceptionStep
from dashboard.orders.model import Order
from dashboard.orders.model import OrderException as X


@dataclass(frozen=True)
class Query:
    """view: one of rules.VIEWS; user_id: whose is `mine`; after: cursor of the row before."""

    view: str = "open"
    kind: str = ""
    owner: int | None = None
    user_id: int | None = None
    after: tuple[int, int] | None = None
    limit: int = 50


class Row(NamedTuple):
    """One exception of the list. number: of its order; state: open, snoozed or resolved."""

    id: int
    version: int
    kind: str
    summary: str
    facts: str
    order_id: int | None
    number: str | None
    key: str | None
    times: int
    opened_at: dt.datetime
    snoozed_until: dt.datetime | None
    resolved_at: dt.datetime | None
    resolved_by: str | None
    resolution: str | None
    cleared: bool
    assignee_id: int | None
    assignee: str | None

    @property
    def state(self) -> str:
        if self.resolved_at is not None:
            return "resolved"
        return "snoozed" if self.snoozed_until is not None else "open"


class Exceptions(NamedTuple):
    """after: cursor of the next page, None at the end."""

    rows: list[Row]
    after: tuple[int, int] | None


class Step(NamedTuple):
    """One thing that happened to an exception."""

    at: dt.datetime
    actor_name: str
    what: str
    said: str


_ROW = (
    X.id, X.version, X.kind, X.summary, X.facts, X.order_id, Order.number, X.key, X.times, X.opened_at, X.snoozed_until, X.resolved_at,
    X.resolved_by, X.resolution, X.cleared, X.assignee_id, sa.func.coalesce(sa.func.nullif(User.name, ""), User.email),
)  # fmt: skip


def _select() -> sa.Select[Any]:
    return sa.select(*_ROW).outerjoin(Order, Order.id == X.order_id).outerjoin(User, User.id == X.assignee_id)


def _conditions(query: Query) -> tuple[list[Any], Any, bool]:
    """What the view shows, by which moment it is sorted, and whether the latest stands first."""
    unresolved = X.resolved_at.is_(None)
    awake = sa.and_(unresolved, X.snoozed_until.is_(None))
    conditions, moment, is_latest_first = {
        "open": ([awake], X.opened_at, False),
        "mine": ([awake, X.assignee_id == query.user_id], X.opened_at, False),
        "unassigned": ([awake, X.assignee_id.is_(None)], X.opened_at, False),
        "snoozed": ([unresolved, X.snoozed_until.is_not(None)], X.snoozed_until, False),
        "resolved": ([X.resolved_at.is_not(None)], X.resolved_at, True),
    }[query.view]
    if query.kind:
        conditions.append(X.kind == query.kind)
    if query.owner is not None:
        conditions.append(X.assignee_id == query.owner)
    return conditions, moment, is_latest_first


def page(connection: sa.Connection, query: Query) -> Exceptions:
    """One page: oldest first, soonest awake first, or latest resolved first."""
    conditions, moment, is_latest_first = _conditions(query)
    statement = _select().where(*conditions).limit(query.limit + 1)
    if query.after is not None:
        here, there = sa.tuple_(moment, X.id), sa.tuple_(*map(sa.literal, query.after))
        statement = statement.where(here < there if is_latest_first else here > there)
    order = (moment.desc(), X.id.desc()) if is_latest_first else (moment, X.id)
    found = [Row(*row) for row in connection.execute(statement.order_by(*order))]
    if len(found) <= query.limit:
        return Exceptions(found, None)
    found = found[: query.limit]
    return Exceptions(found, (clock.micros(getattr(found[-1], moment.key)), found[-1].id))


def rows(connection: sa.Connection, ids: Collection[int]) -> list[Row]:
    """These exceptions, whatever their state, oldest first."""
    return [Row(*row) for row in connection.execute(_select().where(X.id.in_(sorted(ids))).order_by(X.opened_at, X.id))]


def exception(connection: sa.Connection, exception_id: int) -> Row:
    """Raises: NotFound."""
    found = rows(connection, [exception_id]) if exception_id < 2**63 else []
    if not found:
        raise NotFound("This exception does not exist.")
    return found[0]


def steps(connection: sa.Connection, exception_id: int, limit: int = 50) -> list[Step]:
    """What happened to it, the latest last; of very many, the latest."""
    query = (
        sa.select(ExceptionStep.at, ExceptionStep.actor_name, ExceptionStep.what, ExceptionStep.said)
        .where(ExceptionStep.exception_id == exception_id)
        .order_by(ExceptionStep.id.desc())
        .limit(limit)
    )
    return [Step(*row) for row in connection.execute(query)][::-1]


def newest(connection: sa.Connection) -> int:
    """When the exception that opened last did so, in microseconds since 1970; 0 without any."""
    return clock.micros(found) if (found := connection.scalar(sa.select(sa.func.max(X.opened_at)))) else 0
