"""Copy a running database to one file, and put such a file back. Nothing acknowledged before the backup is missing from it."""

import gzip
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import flask
import sqlalchemy as sa

from dashboard.kernel import engines
from dashboard.kernel.errors import Conflict, Invalid, Unavailable

SQLITE_HEAD = b"SQLite format 3\x00"
PAGES_A_STEP = 2_000


def backup(app: flask.Flask, target: Path) -> int:
    """Write a consistent copy to `target` (SQLite file, or gzipped SQL from PostgreSQL). Returns its size in bytes.

    Raises: Conflict, when the file exists already: a backup never overwrites another.
    """
    if target.exists():
        raise Conflict(f"{target} exists already; choose another name.")
    part = target.with_name(f"{target.name}.part")
    try:
        (_copy_sqlite if _url(app).get_backend_name() == "sqlite" else _dump_postgresql)(_url(app), part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(app: flask.Flask, source: Path) -> None:
    """Replace the database by a backup. The event log does not continue there: screens refetch (a new epoch).

    Raises: Invalid, for a file that is no backup of this kind of database. Stop the server first.
    """
    with _opened(source) as file:
        head = file.read(len(SQLITE_HEAD))
    is_sqlite = _url(app).get_backend_name() == "sqlite"
    if is_sqlite != (head == SQLITE_HEAD):
        raise Invalid(f"{source} is not a backup of {'SQLite' if is_sqlite else 'PostgreSQL'}.")
    (_put_back_sqlite if is_sqlite else _load_postgresql)(_url(app), source)
    _new_epoch(_url(app))


def _url(app: flask.Flask) -> sa.URL:
    return sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])


def _copy_sqlite(url: sa.URL, target: Path) -> None:
    """SQLite's own online backup: one snapshot, while the writer goes on."""
    source, copy = engines.sqlite.connect(str(url.database)), engines.sqlite.connect(str(target))
    try:
        source.execute(f"PRAGMA busy_timeout = {engines.BUSY_MS}")
        source.execute("BEGIN")  # one snapshot: without it the copy starts again whenever somebody writes
        source.execute("SELECT count(*) FROM meta").fetchone()
        source.backup(copy, pages=PAGES_A_STEP)
        _assert_sound(copy)
    finally:
        source.close()
        copy.close()


def _assert_sound(connection) -> None:
    found = connection.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise Unavailable(f"The copy is not sound: {found}")


def _put_back_sqlite(url: sa.URL, source: Path) -> None:
    target = Path(str(url.database))
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    check = engines.sqlite.connect(str(part))
    try:
        _assert_sound(check)
    finally:
        check.close()
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    part.replace(target)


def _dump_postgresql(url: sa.URL, target: Path) -> None:
    sql = _run(["pg_dump", "--clean", "--if-exists", "--no-owner", _plain(url)])
    with gzip.open(target, "wb") as file:
        file.write(sql)


def _load_postgresql(url: sa.URL, source: Path) -> None:
    with gzip.open(source) as file:
        sql = file.read()
    _run(["psql", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1", _plain(url)], stdin=sql)


def _plain(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(command: list[str], stdin: bytes | None = None) -> bytes:
    try:
        done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, check=False)  # noqa: S603 (our own words)
    except FileNotFoundError:
        raise Unavailable(f"{command[0]} is not installed; PostgreSQL's client tools are needed here.") from None
    if done.returncode:
        raise Unavailable(f"{command[0]} failed ({done.returncode}); its own words stand above.")
    return done.stdout


@contextmanager
def _opened(source: Path) -> Iterator:
    if not source.is_file():
        raise Invalid(f"There is no file {source}.")
    with source.open("rb") as file:
        yield file


def _new_epoch(url: sa.URL) -> None:
    engine = engines.migration_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE meta SET value = :value WHERE key = 'epoch'"), {"value": token_hex(8)})
    engine.dispose()
