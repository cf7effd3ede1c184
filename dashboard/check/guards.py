"""The walls of the schema itself: constraints and triggers that must be there for the rest to hold under concurrency."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from dashboard.check.condition import by_walk
from dashboard.migrations.extras import APPEND_ONLY

UNIQUE = (
    "uq_orders_channel_external_id",
    "uq_orders_tracking_hash",
    "uq_stock_movement_key",
    "uq_return__channel_external_id",
)
LEDGERS = (*APPEND_ONLY, "bin_movement", "lot_movement", "serial_movement")
TRIGGERS = tuple(f"{table}_no_{verb}" for table in LEDGERS for verb in ("update", "delete"))


def missing(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Unique indexes and append-only triggers that are not there."""
    if connection.dialect.name == "sqlite":
        found = set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
    else:
        found = set(connection.exec_driver_sql("SELECT indexname FROM pg_indexes").scalars())
        found |= set(connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'").scalars())
    for name in (*UNIQUE, *TRIGGERS):
        if name not in found:
            yield {"missing": name}


CONDITIONS = (by_walk("guards", "I3", "unique indexes and append-only triggers are in place", missing),)
