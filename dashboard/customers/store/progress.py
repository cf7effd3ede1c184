"""How far the matching of older orders is."""

from typing import NamedTuple

import sqlalchemy as sa

from dashboard.kernel.jobs import Job

TASK = "customers.match"


class Progress(NamedTuple):
    """done, total: orders; total is 0 before the job has counted them."""

    done: int
    total: int


def matching_progress(connection: sa.Connection) -> Progress | None:
    """None when no such job waits or runs."""
    table = Job.__table__.c
    query = sa.select(table.done_count, table.total_count).where(table.task == TASK, table.status.in_(("ready", "running")))
    row = connection.execute(query.limit(1)).first()
    return Progress(*row) if row else None
