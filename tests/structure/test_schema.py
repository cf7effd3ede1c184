"""The models say what the migrations build, on either database, and a shop's rows live through every migration."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask_migrate import Migrate, upgrade

from dashboard.config import ROOT, Config
from dashboard.factory import create_app
from dashboard.kernel.columns import Base
from dashboard.kernel.db import db
from tests.conftest import SECRET

FOLDER = str(ROOT / "dashboard" / "migrations")
OWN_TABLES = ("order_search", "alembic_version")
"""Not models: full text search (SQLite keeps five tables of its own for it), and Alembic's mark."""

FILLED = {  # what the first schema's own CHECKs ask of a row; else keys are 1, numbers 0, words '1'
    "location": {"kind": "warehouse"},
    "orders": {"status": "open"},
    "routing_rule_set": {"state": "off"},
    "sku": {"kind": "stock"},
    "stock_hold": {"state": "held"},
    "kit_component": {"part_id": 2, "units": 1},
    "order_line": {"ordered": 1, "allocated": 1, "total": 0},
    "sku_backorder": {"policy": "default"},
    "purchase_order": {"status": "ordered"},
    "stock_count": {"status": "open", "source": "manual"},
    "stock_hold_line": {"units": 1},
    "supplier_sku": {"pack_size": 1},
    "transfer": {"status": "draft", "to_location_id": 2},
    "count_line": {"state": "to_count", "round": 1},
    "order_line_part": {"units": 1},
    "payment_transaction": {"kind": "capture", "amount": 1},
    "purchase_order_line": {"ordered": 1},
    "return_line": {"units": 1},
    "transfer_line": {"units": 1},
    "purchase_receipt": {"units": 1},
}


def described(bind) -> dict[str, dict[str, object]]:
    """What a database says of each table: {table: {"column qty": "BIGINT NOT NULL", "check ck_x": text, ...}}."""
    inspector = sa.inspect(bind)
    tables = {name: {} for name in inspector.get_table_names() if not name.startswith(OWN_TABLES)}
    keys = {table: key for (_, table), key in inspector.get_multi_pk_constraint().items() if table in tables}
    for (_, table), columns in inspector.get_multi_columns().items():
        for column in columns if table in tables else ():
            is_key = keys[table]["constrained_columns"] == [column["name"]]
            tables[table][f"column {column['name']}"] = type_of(column, bind.dialect.name == "sqlite" and not is_key)
    kinds = {
        "check": (inspector.get_multi_check_constraints, "sqltext"),
        "unique": (inspector.get_multi_unique_constraints, "column_names"),
        "foreign key": (inspector.get_multi_foreign_keys, "constrained_columns", "referred_table", "referred_columns"),
        "index": (inspector.get_multi_indexes, "column_names", "unique", "expressions", "dialect_options"),
    }
    for kind, (ask, *facts) in kinds.items():
        for (_, table), found in ask().items():
            for thing in found if table in tables else ():
                tables[table][f"{kind} {thing['name']}"] = " ".join(plain(thing.get(fact)) for fact in facts)
    for table, key in keys.items():
        tables[table][f"primary key {key['name']}"] = plain(key["constrained_columns"])
    return tables


def type_of(column: dict, alike: bool) -> str:
    """alike: INTEGER and BIGINT are one type, as they are on SQLite but for a row's own key."""
    kind = repr(column["type"])
    return f"{kind.replace('BIGINT', 'INTEGER') if alike else kind}{'' if column['nullable'] else ' NOT NULL'}"


def plain(fact) -> str:
    """A fact without the spacing that only its writing has."""
    if isinstance(fact, dict):
        fact = {key: str(value) for key, value in sorted(fact.items())}
    return " ".join(str(fact).split())


def differences(built: dict, meant: dict) -> list[str]:
    """One line per difference, the table first."""
    found = []
    for table in sorted(built.keys() | meant.keys()):
        if table not in built or table not in meant:
            found.append(f"{table}: only in the {'migrations' if table in built else 'models'}")
            continue
        for thing in sorted(built[table].keys() | meant[table].keys()):
            migrated, model = built[table].get(thing, "missing"), meant[table].get(thing, "missing")
            if migrated != model:
                found.append(f"{table}: {thing}: migrations say {migrated!r}, models say {model!r}")
    return found


def assert_same(built: dict, meant: dict) -> None:
    if found := differences(built, meant):
        pytest.fail("\n".join(found), pytrace=False)


def meant_by_the_models(engine) -> dict:
    """What the models alone would build, in an empty database."""
    with engine.connect() as connection:
        Base.metadata.create_all(connection)
        connection.commit()
    return described(engine)


def test_the_models_are_what_the_migrations_build_on_sqlite(app, tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'models.sqlite3'}")

    assert_same(described(db.engine), meant_by_the_models(engine))


def test_the_models_are_what_the_migrations_build_on_postgresql(pg_app, pg_cluster):
    engine = sa.create_engine(pg_cluster.create("models_only"))
    try:
        meant = meant_by_the_models(engine)
    finally:
        engine.dispose()
        pg_cluster.drop("models_only")

    assert_same(described(db.engine), meant)


TWICE = ("location", "sku")
"""A transfer goes between two places, a kit is made of another SKU."""


def a_row_in_each_table(connection) -> dict[str, int]:
    """Put one row into every empty table as it is now, parents first. Returns: rows per table."""
    schema = sa.MetaData()
    schema.reflect(connection, only=lambda name, _: not name.startswith(OWN_TABLES))
    rows = {}
    tables = [table for table in schema.sorted_tables if table.name != "sku_level"]  # triggers keep that one
    for table in tables:
        if not connection.scalar(sa.select(sa.func.count()).select_from(table)):
            for number in (1, 2)[: 1 + (table.name in TWICE)]:
                values = {column.name: value(column, number) for column in table.columns} | FILLED.get(table.name, {})
                connection.execute(table.insert().values({name: given for name, given in values.items() if given is not None}))
    for table in tables:
        rows[table.name] = connection.scalar(sa.select(sa.func.count()).select_from(table))
    return rows


def value(column, number: int):
    """Something a column takes, or None where it may stay empty."""
    if column.nullable or column is column.table.autoincrement_column:
        return None
    kind = column.type.python_type
    if kind is dt.date:
        return dt.date(2026, 11, number)
    return str(number) if kind is str else number * kind(column.primary_key or bool(column.foreign_keys))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_shop_on_the_first_schema_keeps_its_rows_through_every_migration(kind, pg_cluster, tmp_path):
    name = "since_the_first"
    url = pg_cluster.create(name) if kind == "postgresql" else ""
    app = create_app(Config(instance=tmp_path, secret_key=SECRET, database_url=url))
    Migrate(app, db, directory=FOLDER)
    try:
        with app.app_context():
            upgrade(directory=FOLDER, revision="0001")
            with sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"]).begin() as connection:
                before = a_row_in_each_table(connection)
            upgrade(directory=FOLDER)
            with sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"]).connect() as connection:
                after = {table: connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in before}
            db.engine.dispose()
    finally:
        if url:
            pg_cluster.drop(name)

    assert min(before.values()) > 0
    assert {table: count for table, count in before.items() if after[table] < count} == {}
