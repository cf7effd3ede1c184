"""What Alembic cannot derive from the models: the search index, append-only triggers, levels, the epoch."""

import secrets

from alembic import op

from dashboard.migrations import levels

APPEND_ONLY = ("event", "event_seal", "stock_movement")
SEALED = {  # what the relay still writes once, after the commit
    "event": "OLD.seq IS NOT NULL",
    "event_seal": "1 = 1",
    "stock_movement": "1 = 1",
}


def install() -> None:
    """Run at the end of the first migration, on either database."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    (_sqlite if sqlite else _postgresql)()
    levels.install(sqlite)
    op.execute(f"INSERT INTO meta (key, value) VALUES ('epoch', '{secrets.token_hex(8)}')")  # noqa: S608 (hex of ours)


def _sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE order_search USING fts5(body, person, content='', contentless_delete=1, tokenize='trigram', detail='full')"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {SEALED[table]}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE TABLE order_search (rowid bigint PRIMARY KEY, body text NOT NULL, person text NOT NULL)")
    op.execute("CREATE INDEX order_search_body ON order_search USING gin (body gin_trgm_ops, person gin_trgm_ops)")
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({SEALED[table]})"
            " EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
