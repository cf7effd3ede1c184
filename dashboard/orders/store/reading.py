"""The connection a request reads with; the relay brings its own."""

import sqlalchemy as sa

from dashboard.kernel.db import db


def reader() -> sa.Connection:
    """This request's read connection, in its snapshot."""
    return db.session.connection()


def refresh() -> None:
    """End this request's snapshot, so that the next read sees what it has just written."""
    db.session.rollback()
