"""How many exceptions wait: by kind, by owner, asleep. One pass over the open ones."""

import datetime as dt
from collections import Counter
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.orders.model import OrderException as X


class Counts(NamedTuple):
    """kinds: per kind; owners: per user id (None: nobody's), of what is open and awake."""

    open: int
    snoozed: int
    kinds: dict[str, int]
    owners: dict[int | None, int]

    def of(self, view: str, user_id: int | None) -> int | None:
        """How many a view shows; None where nobody counts."""
        return {
            "open": self.open,
            "mine": self.owners.get(user_id, 0) if user_id is not None else 0,
            "unassigned": self.owners.get(None, 0),
            "snoozed": self.snoozed,
        }.get(view)


def counts(connection: sa.Connection) -> Counts:
    asleep = sa.case((X.snoozed_until.is_not(None), 1), else_=0)
    query = sa.select(X.kind, X.assignee_id, asleep, sa.func.count()).where(X.resolved_at.is_(None))
    kinds: Counter[str] = Counter()
    owners: Counter[int | None] = Counter()
    snoozed = 0
    for kind, owner, sleeps, count in connection.execute(query.group_by(X.kind, X.assignee_id, asleep)):
        if sleeps:
            snoozed += count
            continue
        kinds[kind] += count
        owners[owner] += count
    return Counts(kinds.total(), snoozed, dict(kinds), dict(owners))


def open_count(connection: sa.Connection) -> int:
    """Open and awake."""
    return connection.scalar(sa.select(sa.func.count()).where(X.resolved_at.is_(None), X.snoozed_until.is_(None))) or 0


def oldest(connection: sa.Connection) -> dt.datetime | None:
    """Since when the oldest of them has been open."""
    return connection.scalar(sa.select(sa.func.min(X.opened_at)).where(X.resolved_at.is_(None), X.snoozed_until.is_(None)))
