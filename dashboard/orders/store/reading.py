"""The connection a request reads with; the relay brings its own."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa

from dashboard.kernel.db import db


def reader() -> sa.Connection:
    """This request's read connection, in its snapshot."""
    return db.session.connection()


def readers() -> Callable[[], AbstractContextManager[sa.Connection]]:
    """For what goes on reading after the request: each call is a connection with a snapshot of its own."""
    return db.engine.connect


def refresh() -> None:
    """End this request's snapshot, so that the next read sees what it has just written."""
    db.session.rollback()
