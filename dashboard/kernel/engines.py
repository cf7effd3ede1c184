"""Engines and start-up guards: which databases and which settings we trust with an order."""

import sqlite3
from typing import Any

import sqlalchemy as sa

try:
    import pysqlite3 as sqlite
except ImportError:  # no wheel for this platform: the interpreter's own, with the guard below
    sqlite = sqlite3  # type: ignore[misc, no-redef]

# What has no adapter is asked for one, with two failing lookups, each time it is bound: a None cost as much as a row's other values.
sqlite.register_adapter(type(None), {}.get)
sqlite.register_adapter(bool, int)

WAL_IS_SOUND_FROM = (3, 51, 3)  # below, the WAL-reset bug can lose commits with two or more writing connections
BUSY_MS = 10_000
WRITER_CACHE_KIB = 16_000
WRITER_STATEMENTS = 400  # kept prepared: a shop's whole day uses some 300, and the driver's 128 throws them out in turn
CHECKPOINT_PAGES = 8_000
"""The log's length (32 MB) at which the writer copies it to the file and syncs that: at SQLite's 1,000 pages a busy shop pays for it
five times a second, mostly for the same pages again, and every order of that moment waits for a second sync."""
READER_CACHE_KIB = 2_000  # each of the pool's connections has its own; the operating system caches the file for all of them


class ConfigurationError(Exception):
    """The start-up guards refuse to run on this."""


def wal_is_sound() -> bool:
    return tuple(sqlite.sqlite_version_info) >= WAL_IS_SOUND_FROM


def journal_mode() -> str:
    return "wal" if wal_is_sound() else "delete"


def options(url: sa.URL) -> dict[str, Any]:
    """Options of the engine that requests read with."""
    if url.get_backend_name() == "sqlite":
        return {"module": sqlite, "pool_size": 8, "max_overflow": 300, "pool_timeout": 10}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 40, "pool_timeout": 10}


def prepare(engine: sa.Engine) -> None:
    """Give each connection of the engine that requests use its settings, once."""
    if engine.dialect.name == "sqlite":
        prepare_reader(engine)
    else:
        plan_for_short_queries(engine)


def plan_for_short_queries(engine: sa.Engine) -> None:
    """PostgreSQL prices a look into an index as if it came from a turning disk, and compiles what runs for a millisecond."""

    @sa.event.listens_for(engine, "connect")
    def connect(connection, _record):
        connection.execute("SET random_page_cost = 1.1")
        connection.execute("SET jit = off")
        connection.commit()


def prepare_reader(engine: sa.Engine) -> None:
    """Give every reading SQLite connection its pragmas: it cannot write, and each transaction is one snapshot."""

    @sa.event.listens_for(engine, "connect")
    def connect(connection, _record):
        _pragmas(connection)
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")


def writer_engine(url: sa.URL) -> sa.Engine:
    """The engine of the writer thread: one connection, BEGIN IMMEDIATE, never a deferred write."""
    arguments = {"check_same_thread": False, "cached_statements": WRITER_STATEMENTS}
    engine = sa.create_engine(url, module=sqlite, poolclass=sa.pool.StaticPool, connect_args=arguments)

    @sa.event.listens_for(engine, "connect")
    def connect(connection, _record):
        _pragmas(connection)
        connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def migration_engine(url: sa.URL) -> sa.Engine:
    """An engine for schema changes: it may write, and SQLite keeps foreign keys off while tables are rebuilt."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url)
    engine = sa.create_engine(url, module=sqlite)

    @sa.event.listens_for(engine, "connect")
    def connect(connection, _record):
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute(f"PRAGMA journal_mode = {journal_mode()}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _pragmas(connection: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_mode = {journal_mode()}")
    connection.execute("PRAGMA temp_store = MEMORY")


def guard(engine: sa.Engine) -> None:
    """Raises: ConfigurationError, for WAL on an unsound SQLite, a synchronous other than FULL, or synchronous_commit off."""
    prepare(engine)
    try:
        with engine.connect() as connection:
            check = _guard_sqlite if engine.dialect.name == "sqlite" else _guard_postgresql
            check(connection)
    except sa.exc.OperationalError as error:
        raise ConfigurationError(f"Cannot open the database {engine.url.render_as_string()}: {error.orig}") from error


def _guard_sqlite(connection: sa.Connection) -> None:
    version = ".".join(map(str, sqlite.sqlite_version_info))
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if mode == "wal" and not wal_is_sound():
        raise ConfigurationError(
            f"This database file is in WAL mode but SQLite {version} can lose commits in it; install pysqlite3 or SQLite 3.51.3."
        )
    if connection.exec_driver_sql("PRAGMA synchronous").scalar_one() != 2:
        raise ConfigurationError("SQLite must run with synchronous=FULL, or a power cut loses acknowledged orders.")


def _guard_postgresql(connection: sa.Connection) -> None:
    if connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "off":
        raise ConfigurationError("PostgreSQL must run with synchronous_commit on, or a crash loses acknowledged orders.")
