"""Imports as they are read."""

import json
from typing import Any

import sqlalchemy as sa

from dashboard.channels.model import ImportRun
from dashboard.kernel.db import db
from dashboard.kernel.errors import NotFound


def run(run_id: int) -> ImportRun:
    """Raises: NotFound."""
    found = db.session.get(ImportRun, run_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such import. It may be in another installation.")
    return found


def runs(before: int | None, limit: int) -> list[ImportRun]:
    """The latest imports first; before: id to go on from."""
    query = sa.select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)
    return list(db.session.scalars(query if before is None else query.where(ImportRun.id < before)))


def report(run_: ImportRun) -> dict[str, Any]:
    """The run's report; empty until it is done."""
    return json.loads(run_.report)


def channels() -> list[str]:
    """Channels that have imported before."""
    query = sa.select(ImportRun.channel).where(ImportRun.channel != "").distinct().order_by(ImportRun.channel).limit(100)
    return list(db.session.scalars(query))
