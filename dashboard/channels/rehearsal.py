"""A dry run: the same actions on a database that nobody else sees and that is thrown away.

SQLite: a copy of the file, so that the shop goes on selling meanwhile. PostgreSQL: one transaction that is rolled back.
"""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import db, engines
from dashboard.kernel.tx import Tx, in_transaction
from dashboard.kernel.writer import Writer

Write = Callable[..., Any]
"""write(action, command, actor, now): the action's plain values, after its commit."""


@contextlib.contextmanager
def rehearsal(folder: Path) -> Iterator[Write]:
    """A `write` whose changes are gone when the block ends. folder: room for a copy of the database."""
    database = db.database()
    with _copy(database.url, folder) if database.is_sqlite else _rolled_back(db.db.engine) as write:
        yield write


@contextlib.contextmanager
def _copy(url: sa.URL, folder: Path) -> Iterator[Write]:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=folder) as room:
        path = Path(room) / "copy.sqlite3"
        _copy_file(str(url.database), str(path))
        writer = Writer(engines.writer_engine(url.set(database=str(path))), lambda: None)
        try:
            yield lambda action, *args: writer.submit(lambda tx: action(tx, *args)).result()
        finally:
            writer.close()


def _copy_file(source: str, target: str) -> None:
    """One consistent snapshot, whatever is being written meanwhile."""
    with contextlib.closing(engines.sqlite.connect(source)) as here, contextlib.closing(engines.sqlite.connect(target)) as there:
        here.execute(f"PRAGMA busy_timeout = {engines.BUSY_MS}")
        here.backup(there)


@contextlib.contextmanager
def _rolled_back(engine: sa.Engine) -> Iterator[Write]:
    with engine.connect() as connection, connection.begin() as transaction:

        def write(action: Callable[..., Any], *args: Any) -> Any:
            with in_transaction(), connection.begin_nested():
                tx = Tx(connection)
                result = action(tx, *args)
                tx.finish()
                return result

        try:
            yield write
        finally:
            transaction.rollback()
