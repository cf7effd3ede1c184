"""Bulk actions as jobs; tags of orders, and who has an order.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from dashboard.kernel.columns import BigId, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PLAIN = sa.String(40).with_variant(postgresql.VARCHAR(40, collation="C"), "postgresql")


def upgrade() -> None:
    _make_labels()
    op.create_table(
        "bulk_run",
        sa.Column("id", BigId, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("skipped", sa.BigInteger(), nullable=False),
        sa.Column("undoes_id", BigId, nullable=True),
        sa.Column("actor_ref", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("message", sa.String(300), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'queued', 'running', 'done', 'stopped')", name=op.f("ck_bulk_run_status")
        ),
        sa.CheckConstraint("done >= 0 AND skipped >= 0 AND done + skipped <= total", name=op.f("ck_bulk_run_counted")),
        sa.CheckConstraint("status <> 'done' OR done + skipped = total", name=op.f("ck_bulk_run_whole")),
        sa.ForeignKeyConstraint(["undoes_id"], ["bulk_run.id"], name=op.f("fk_bulk_run_undoes_id_bulk_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_bulk_run_undoes_id")),
    )
    op.create_index("ix_bulk_run_status", "bulk_run", ["status", "id"])
    op.create_table(
        "bulk_row",
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(300), nullable=True),
        sa.Column("effect", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'skipped')", name=op.f("ck_bulk_row_state")),
        sa.CheckConstraint("(state = 'skipped') = (reason IS NOT NULL)", name=op.f("ck_bulk_row_reason")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_bulk_row_order_id_orders")),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_run.id"], name=op.f("fk_bulk_row_run_id_bulk_run")),
        sa.PrimaryKeyConstraint("run_id", "place", name=op.f("pk_bulk_row")),
        sa.UniqueConstraint("run_id", "order_id", name=op.f("uq_bulk_row_run_id_order_id")),
    )
    op.create_index("ix_bulk_row_state", "bulk_row", ["run_id", "state", "place"])


def _make_labels() -> None:
    op.create_table(
        "order_tag",
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("tag", PLAIN, nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_tag_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", "tag", name=op.f("pk_order_tag")),
    )
    op.create_index("ix_order_tag_tag", "order_tag", ["tag", "order_id"])
    op.create_table(
        "order_assignee",
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_assignee_order_id_orders")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_order_assignee_user_id_user_account")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_assignee")),
    )
    op.create_index("ix_order_assignee_user_id", "order_assignee", ["user_id", "order_id"])


def downgrade() -> None:
    """Go back by restoring the backup taken before the upgrade."""
