"""Bins: where units lie inside a location, every movement of theirs, and counts of one bin.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNDECIDED = "state IN ('to_count', 'counted')"


def upgrade() -> None:
    _bins()
    _contents()
    _ledger()
    _append_only("bin_movement")
    _counts_of_a_bin()


def downgrade() -> None:
    pass


def _bins() -> None:
    op.create_table(
        "bin",
        sa.Column("id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("pick_order", sa.BigInteger(), nullable=False),
        sa.Column("pickable", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=120), nullable=True),
        sa.Column("updated_at", Instant(), nullable=True),
        sa.CheckConstraint("pick_order BETWEEN 0 AND 999999", name=op.f("ck_bin_pick_order")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_bin_location_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bin")),
        sa.UniqueConstraint("location_id", "code", name=op.f("uq_bin_location_id_code")),
    )


def _contents() -> None:
    op.create_table(
        "bin_stock",
        sa.Column("bin_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units BETWEEN 0 AND 2147483647", name=op.f("ck_bin_stock_units")),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_bin_stock_bin_id_bin")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_bin_stock_sku_id_sku")),
        sa.PrimaryKeyConstraint("bin_id", "sku_id", name=op.f("pk_bin_stock")),
    )
    op.create_index(
        "ix_bin_stock_sku_id",
        "bin_stock",
        ["sku_id"],
        sqlite_where=sa.text("units > 0"),
        postgresql_where=sa.text("units > 0"),
    )


def _ledger() -> None:
    op.create_table(
        "bin_movement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("bin_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("units_after", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("units <> 0 AND units_after >= 0", name=op.f("ck_bin_movement_units")),
        sa.ForeignKeyConstraint(["bin_id"], ["bin.id"], name=op.f("fk_bin_movement_bin_id_bin")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_bin_movement_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bin_movement")),
    )
    op.create_index("ix_bin_movement_bin_id", "bin_movement", ["bin_id", "sku_id", "id"])
    op.create_index("ix_bin_movement_sku_id", "bin_movement", ["sku_id", "id"])


def _append_only(table: str) -> None:
    for verb in ("update", "delete"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )


def _counts_of_a_bin() -> None:
    for table in ("stock_count", "count_line"):
        op.add_column(table, sa.Column("bin_id", sa.BigInteger(), nullable=True))
    op.drop_index("uq_count_line_undecided", table_name="count_line")
    _one_undecided("uq_count_line_undecided", ["location_id", "sku_id"], f"{UNDECIDED} AND bin_id IS NULL")
    _one_undecided("uq_count_line_undecided_bin", ["bin_id", "sku_id"], f"{UNDECIDED} AND bin_id IS NOT NULL")


def _one_undecided(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "count_line", columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
