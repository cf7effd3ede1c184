"""The database: engines and their guards, and `write`, the one way to change anything.

An action is a plain function `action(tx, command, actor, now)`. `write` runs it in one transaction and returns its plain
values after the commit. On SQLite the writer thread runs it (writer.py); on PostgreSQL the caller's own connection does.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import flask
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from dashboard.kernel import crash, engines, outbox
from dashboard.kernel.columns import Base
from dashboard.kernel.errors import TryAgain, Unavailable
from dashboard.kernel.tx import Tx, in_transaction, transaction_open
from dashboard.kernel.writer import REFUSAL, Job, Writer

R = TypeVar("R")
Work = Callable[[Tx], R]

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True, session_options={"expire_on_commit": False})

RETRIES = 8
_dice = random.Random()  # noqa: S311 (jitter; not the one others seed)
RETRYABLE = {"40001", "40P01"}  # serialization_failure, deadlock_detected
TAKEN = "23505"  # unique_violation: somebody else was first; the action's own check says so when it runs again


class Database:
    """One application's way to its database: `submit` and `write`, and who is told after a commit.

    Attributes: committed: called with nothing after every commit that recorded events (the relay's wake-up).
    """

    def __init__(self, app: flask.Flask):
        self.app = app
        self.url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        self.committed: list[Callable[[], None]] = []
        self._writer: Writer | None = None
        self._starting = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def write(self, work: Work[R], *, once: bool = False) -> R:
        """Run the work in one transaction and return what it returned, after the commit. It may run more than once, unless `once`.

        Raises: what the work raised (nothing was written then); Unavailable, if the database could not commit.
        """
        assert_no_transaction()
        return self.submit(work, once=once).result() if self.is_sqlite else self._write_here(work)

    def submit(self, work: Work[R], *, once: bool = False) -> Job:
        """SQLite only: hand the work to the writer thread without waiting for it."""
        writer = self._writer
        if writer is None:
            with self._starting:
                writer = self._writer = self._writer or Writer(engines.writer_engine(self.url), self._tell)
        return writer.submit(work, once=once)

    def _write_here(self, work: Work[R]) -> R:
        with self.app.app_context():
            engine = db.engine
        for attempt in range(RETRIES):
            try:
                with engine.connect() as connection, in_transaction():
                    tx = Tx(connection)
                    with connection.begin():
                        result = work(tx)
                        tx.finish()
                        crash.point("before_commit")
                crash.point("after_commit")
                self._tell()
                return result
            except Exception as error:  # the driver's own errors too: prepared statements run past SQLAlchemy
                if attempt == RETRIES - 1 or not (isinstance(error, TryAgain) or _retryable(error, attempt)):
                    if is_outage(error):
                        raise Unavailable(REFUSAL) from error
                    raise
                time.sleep(_dice.uniform(0, 0.005 * 2**attempt))
        raise AssertionError("unreachable")

    def _tell(self) -> None:
        for listener in self.committed:
            listener()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _retryable(error: Exception, attempt: int) -> bool:
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state in RETRYABLE or (state == TAKEN and attempt == 0)


def is_outage(error: Exception) -> bool:
    """Whether the database is away or too busy, and not the statement wrong. SQLAlchemy's errors and the driver's own."""
    names = {base.__name__ for base in type(error).__mro__}
    return isinstance(error, TryAgain) or "OperationalError" in names or getattr(error, "connection_invalidated", False)


def assert_no_transaction() -> None:
    """Raises: RuntimeError, inside an action: no nested write, no network call and no push while a transaction is open."""
    if transaction_open():
        raise RuntimeError("a transaction is open here: call this after the commit")


def init_app(app: flask.Flask) -> Database:
    """Open the application's database.

    Raises: ConfigurationError, when the start-up guards of engines.py refuse.
    """
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engines.options(url))
    db.init_app(app)
    database = Database(app)
    app.extensions["orderdeck_database"] = database
    with app.app_context():
        engines.guard(db.engine)
    return database


def database() -> Database:
    return flask.current_app.extensions["orderdeck_database"]


def write(action: Callable[..., R], *args: Any) -> R:
    """`action(tx, *args)` in one transaction, with its events; returns its plain values after the commit."""
    assert_no_transaction()
    return database().write(lambda tx: action(tx, *args))


def snapshot() -> outbox.Position:
    """Where the event log stands in the read transaction of this request (begin it with this call, before reading rows)."""
    return outbox.position(db.session.connection())
