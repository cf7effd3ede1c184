"""Customers.

Revision ID: 0009
Revises: 0008
"""

import time

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN = sa.String(254).with_variant(postgresql.VARCHAR(254, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", ID, nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger()),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(parent_id IS NULL AND root_id = id) OR (parent_id IS NOT NULL AND root_id <> id)", name=op.f("ck_customer_root")
        ),
        _link("customer", "root_id", "customer"),
        _link("customer", "parent_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_index("ix_customer_root_id", "customer", ["root_id", "id"])
    _index_where("ix_customer_top", "customer", ["id"], "parent_id IS NULL")
    op.create_table(
        "customer_key",
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("value", PLAIN, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("joins", sa.Boolean(), nullable=False),
        _link("customer_key", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("kind", "value", "customer_id", name=op.f("pk_customer_key")),
    )
    _index_where("uq_customer_key_joins", "customer_key", ["kind", "value"], "joins", unique=True)
    op.create_index("ix_customer_key_customer_id", "customer_key", ["customer_id"])
    op.create_table(
        "customer_order",
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("matched_by", sa.String(8), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        _link("customer_order", "order_id", "orders"),
        _link("customer_order", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_customer_order")),
    )
    op.create_index("ix_customer_order_customer_id", "customer_order", ["customer_id", "order_id"])
    op.create_table(
        "customer_total",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("last_order_at", sa.BigInteger()),
        _link("customer_total", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("customer_id", "currency", name=op.f("pk_customer_total")),
    )
    op.create_table(
        "customer_address",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        *(
            sa.Column(name, sa.String(most), nullable=False)
            for name, most in (
                ("name", 200), ("line1", 200), ("line2", 200), ("city", 120), ("region", 120), ("postal_code", 24), ("country", 60),
            )
        ),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        _link("customer_address", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_address")),
        sa.UniqueConstraint("customer_id", "key", name=op.f("uq_customer_address_customer_id_key")),
    )
    op.create_table(
        "customer_tag",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", PLAIN, nullable=False),
        _link("customer_tag", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("customer_id", "tag", name=op.f("pk_customer_tag")),
    )
    op.create_index("ix_customer_tag_tag", "customer_tag", ["tag", "customer_id"])
    _what_people_do()
    op.add_column("order_hold", sa.Column("release_when", sa.String(10), nullable=False, server_default=""))
    _index_where("ix_order_hold_waits", "order_hold", ["id"], "released_at IS NULL AND release_when <> ''")
    op.create_table(
        "order_together",
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _link("order_together", "order_id", "orders"),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_together")),
    )
    _begin_matching()


def _what_people_do() -> None:
    op.create_table(
        "customer_consent",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _link("customer_consent", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_consent")),
    )
    op.create_index("ix_customer_consent_customer_id", "customer_consent", ["customer_id"])
    op.create_index("ix_customer_consent_purpose", "customer_consent", ["purpose", "customer_id"])
    op.create_table(
        "customer_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _link("customer_entry", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_entry")),
    )
    op.create_index("ix_customer_entry_customer_id", "customer_entry", ["customer_id", "id"])
    op.create_table(
        "customer_merge",
        sa.Column("id", ID, nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("gone_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_by", sa.String(120)),
        sa.Column("undone_at", sa.BigInteger()),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_customer_merge_two_records")),
        _link("customer_merge", "kept_id", "customer"),
        _link("customer_merge", "gone_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
    )
    _index_where("uq_customer_merge_open", "customer_merge", ["gone_id"], "undone_at IS NULL", unique=True)
    op.create_index("ix_customer_merge_kept_id", "customer_merge", ["kept_id"])
    op.create_table(
        "customer_distinct",
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_customer_distinct_in_order")),
        _link("customer_distinct", "first_id", "customer"),
        _link("customer_distinct", "second_id", "customer"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_customer_distinct")),
    )


def _begin_matching() -> None:
    """Orders that are here already are matched by a job, in small steps; what comes from now on is followed in the log."""
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM orders LIMIT 1")).first() is None:
        return
    connection.execute(
        sa.text("INSERT INTO meta (key, value) SELECT 'cursor:customers', CAST(coalesce(max(seq), 0) AS VARCHAR(20)) FROM event")
    )
    connection.execute(
        sa.text(
            "INSERT INTO job (task, payload, key, title, actor, status, run_at, attempts, done_count, total_count, created_at) VALUES"
            " ('customers.match', '{}', 'customers.match:first', 'Match orders to customers', 'system', 'ready', :now, 0, 0, 0, :now)"
        ),
        {"now": int(time.time() * 1_000_000)},
    )


def _link(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _index_where(name: str, table: str, columns: list[str], condition: str, unique: bool = False) -> None:
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition)
    )


def downgrade() -> None:
    pass
