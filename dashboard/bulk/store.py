"""Bulk actions as they are read: runs, their rows, what is going on, and what a run would skip."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.bulk.choosing import NOBODY
from dashboard.bulk.model import BulkRow, BulkRun
from dashboard.bulk.rules import ACTIVE, ANY, Facts
from dashboard.kernel.errors import NotFound
from dashboard.orders.label_model import OrderAssignee, OrderTag
from dashboard.orders.model import Order, OrderHold

UNDO = aliased(BulkRun)
MOST_ACTIVE = 5
_RUN = sa.select(*BulkRun.__table__.c, UNDO.id.label("undone_by")).outerjoin(UNDO, UNDO.undoes_id == BulkRun.id)


class Skipped(NamedTuple):
    """One row of a run's results. number: of the order."""

    place: int
    order_id: int
    number: str
    state: str
    reason: str | None


def run(connection: sa.Connection, run_id: int) -> Any:
    """The run's columns, and undone_by: the run that takes it back.

    Raises: NotFound.
    """
    found = connection.execute(_RUN.where(BulkRun.id == run_id)).first() if run_id < 2**63 else None
    if found is None:
        raise NotFound("This bulk action does not exist.")
    return found


def runs(connection: sa.Connection, before: int | None, limit: int) -> list[Any]:
    """Those that were started, newest first."""
    query = _RUN.where(BulkRun.status != "draft").order_by(BulkRun.id.desc()).limit(limit)
    return list(connection.execute(query if before is None else query.where(BulkRun.id < before)))


def by_ids(connection: sa.Connection, ids: Sequence[int]) -> list[Any]:
    return list(connection.execute(_RUN.where(BulkRun.id.in_(ids)).order_by(BulkRun.id)))


def active(connection: sa.Connection) -> list[Any]:
    """Those that are going on, newest first."""
    query = sa.select(*BulkRun.__table__.c).where(BulkRun.status.in_(ACTIVE))
    return list(connection.execute(query.order_by(BulkRun.id.desc()).limit(MOST_ACTIVE)))


def rows(connection: sa.Connection, run_id: int, state: str, after: int, limit: int) -> list[Skipped]:
    """Results in the order of their places. state: one of the three, empty for all."""
    columns = (BulkRow.place, BulkRow.order_id, Order.number, BulkRow.state, BulkRow.reason)
    query = sa.select(*columns).join(Order, Order.id == BulkRow.order_id).where(BulkRow.run_id == run_id, BulkRow.place > after)
    if state:
        query = query.where(BulkRow.state == state)
    return [Skipped(*row) for row in connection.execute(query.order_by(BulkRow.place).limit(limit))]


def order_ids(connection: sa.Connection, run_id: int, after: int, limit: int) -> list[tuple[int, int]]:
    """(place, order id) of the orders that were done."""
    query = sa.select(BulkRow.place, BulkRow.order_id).where(BulkRow.run_id == run_id, BulkRow.state == "done", BulkRow.place > after)
    return [(place, order_id) for place, order_id in connection.execute(query.order_by(BulkRow.place).limit(limit))]


def ids_of_numbers(connection: sa.Connection, numbers: Sequence[str]) -> dict[str, int]:
    """Order numbers to ids; unknown ones are left out."""
    found: dict[str, int] = {}
    for start in range(0, len(numbers), 500):
        query = sa.select(Order.number, Order.id).where(Order.number.in_(numbers[start : start + 500]))
        found |= {number: id_ for number, id_ in connection.execute(query)}
    return found


def facts(connection: sa.Connection, action: str, choice: Mapping[str, str], ids: Sequence[int]) -> dict[int, Facts]:
    """What these orders are now, for rules.verdict."""
    query = sa.select(Order.id, *_facts(action, choice)).where(Order.id.in_(ids))
    return {row[0]: Facts(*row[1:]) for row in connection.execute(query)}


def preview(connection: sa.Connection, run_id: int, action: str, choice: Mapping[str, str]) -> list[tuple[Facts, int]]:
    """(what orders of the run are now, how many are so); what depends on a choice that was not made yet counts as none."""
    columns = _facts(action, choice)
    query = sa.select(*columns, sa.func.count()).select_from(BulkRow).join(Order, Order.id == BulkRow.order_id)
    grouped = query.where(BulkRow.run_id == run_id).group_by(*range_of(columns))
    return [(Facts(*row[:-1]), row[-1]) for row in connection.execute(grouped)]


def range_of(columns: Sequence[Any]) -> list[Any]:
    """The columns by their places, so that an expression is grouped by as it is selected."""
    return [sa.text(str(place)) for place in range(1, len(columns) + 1)]


def _facts(action: str, choice: Mapping[str, str]) -> list[Any]:
    held = (Order.open_holds > 0).label("held")
    return [Order.status, Order.phase, Order.work, held, Order.readiness, _match(action, choice).label("match")]


def _match(action: str, choice: Mapping[str, str]) -> Any:
    """What rules.Facts.match is."""
    if action in ("hold", "release_hold") and "kind" in choice:
        held = sa.select(1).where(OrderHold.order_id == Order.id, OrderHold.released_at.is_(None)).correlate(Order)
        return (held if choice["kind"] == ANY else held.where(OrderHold.kind == choice["kind"])).exists()
    if action == "release_hold":
        return Order.open_holds > 0
    if action in ("tag", "untag") and "tag" in choice:
        return sa.select(1).where(OrderTag.order_id == Order.id, OrderTag.tag == choice["tag"]).correlate(Order).exists()
    if action == "assign" and "user" in choice:
        given = sa.select(1).where(OrderAssignee.order_id == Order.id).correlate(Order)
        return ~given.exists() if choice["user"] == NOBODY else given.where(OrderAssignee.user_id == int(choice["user"])).exists()
    return sa.literal(action == "untag")


def choice(run: Any) -> dict[str, str]:
    """What was chosen for the run."""
    return json.loads(run.choice)
