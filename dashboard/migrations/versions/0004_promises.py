"""Promise dates and preorders.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import BigId, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sku_backorder", sa.Column("preorder_from", sa.Date(), nullable=True))
    op.add_column("sku_backorder", sa.Column("preorder_cap", sa.BigInteger(), nullable=True))
    op.create_table(
        "filling_rule",
        sa.Column("id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("turn", sa.String(length=12), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=120), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("id = 1 AND turn IN ('priority', 'placed')", name=op.f("ck_filling_rule_turn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filling_rule")),
    )
    op.create_table(
        "order_promise",
        sa.Column("order_line_id", BigId, nullable=False, autoincrement=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("preorder", sa.Boolean(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("purchase_order_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("moved_from", sa.Date(), nullable=True),
        sa.Column("moved_at", Instant(), nullable=True),
        sa.Column("moved_cause", sa.String(length=16), nullable=True),
        sa.Column("moved_because", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(basis = 'none' AND promised_on IS NULL) OR (basis IN ('stock', 'purchase', 'release') AND promised_on IS NOT NULL)",
            name=op.f("ck_order_promise_basis"),
        ),
        sa.CheckConstraint("units >= 0", name=op.f("ck_order_promise_units")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_order_promise_order_line_id_order_line"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_order_promise")),
    )
    op.create_index("ix_order_promise_order_id", "order_promise", ["order_id"])
    waiting = sa.text("units > 0")
    op.create_index(
        "ix_order_promise_waiting", "order_promise", ["order_line_id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "promise_source",
        sa.Column("order_line_id", BigId, nullable=False, autoincrement=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("purchase_order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.CheckConstraint("units > 0", name=op.f("ck_promise_source_units")),
        sa.CheckConstraint(
            "(basis IN ('stock', 'none') AND ready_on IS NULL) OR (basis IN ('purchase', 'release') AND ready_on IS NOT NULL)",
            name=op.f("ck_promise_source_basis"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_promise_source_order_line_id_order_line"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_line_id", "sku_id", "place", name=op.f("pk_promise_source")),
    )
    op.create_index("ix_promise_source_sku_id", "promise_source", ["sku_id"])
    op.create_index("ix_promise_source_purchase_order_line_id", "promise_source", ["purchase_order_line_id"])


def downgrade() -> None:
    pass
