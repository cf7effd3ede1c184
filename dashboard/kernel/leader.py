"""Who numbers the log: nobody needs to on SQLite (its one writer does); on PostgreSQL the holder of an advisory lock."""

import time

import sqlalchemy as sa

LOCK = 0x0DECC  # any number, the same in every process
RETRY_SECONDS = 0.25

# Row ids follow commit order wherever it matters: an event is inserted at the end of its transaction, after the rows it waited for.
_NUMBER = sa.text(
    "WITH new AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM event WHERE seq IS NULL ORDER BY id LIMIT :most)"
    " UPDATE event SET seq = (SELECT coalesce(max(seq), 0) FROM event) + new.place FROM new WHERE event.id = new.id"
)


class Leader:
    """The claim of one process to be the relay that numbers and dispatches."""

    def __init__(self, engine: sa.Engine):
        self._engine = engine
        self._connection: sa.Connection | None = None
        self._asked_at = 0.0

    def lead(self) -> bool:
        """Whether this process leads now; asks for the lock again every quarter of a second while another holds it.

        Raises: sqlalchemy errors, when the database is away (the lock is lost with its connection).
        """
        if self._engine.dialect.name == "sqlite" or self._connection is not None:
            return True
        now = time.monotonic()
        if now - self._asked_at < RETRY_SECONDS:
            return False
        self._asked_at = now
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}).scalar_one():
                self._connection = connection
                return True
        finally:
            if self._connection is None:
                connection.close()
        return False

    def number(self, most: int) -> int:
        """Give the next committed events their `seq`, on the connection that holds the lock. Returns how many."""
        if self._connection is None:
            return 0
        try:
            return self._connection.execute(_NUMBER, {"most": most}).rowcount
        except sa.exc.DBAPIError:
            self._drop()
            raise

    def resign(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
        except sa.exc.DBAPIError:
            pass
        self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
