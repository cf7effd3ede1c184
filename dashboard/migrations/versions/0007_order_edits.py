"""Edits of orders: what was changed, drafts, balances carried between split and merged orders.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import BigId, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("shipping_method", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("priority", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("carried", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("carried_received", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("repaid", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("order_line", sa.Column("credited", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "order_edit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("restores", sa.Text(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undoes_id", BigId, nullable=True),
        sa.CheckConstraint("kind IN ('edit', 'cancel', 'undo', 'split', 'merge')", name=op.f("ck_order_edit_kind")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_edit_order_id_orders")),
        sa.ForeignKeyConstraint(["undoes_id"], ["order_edit.id"], name=op.f("fk_order_edit_undoes_id_order_edit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_edit")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_order_edit_undoes_id")),
    )
    op.create_index("ix_order_edit_order_id", "order_edit", ["order_id", "id"])
    op.create_table(
        "order_carry",
        sa.Column("id", BigId, nullable=False),
        sa.Column("from_order_id", BigId, nullable=False),
        sa.Column("to_order_id", BigId, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("edit_id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_order_carry_amount")),
        sa.CheckConstraint("received >= 0 AND received <= amount", name=op.f("ck_order_carry_received")),
        sa.CheckConstraint("from_order_id <> to_order_id", name=op.f("ck_order_carry_two_orders")),
        sa.ForeignKeyConstraint(["from_order_id"], ["orders.id"], name=op.f("fk_order_carry_from_order_id_orders")),
        sa.ForeignKeyConstraint(["to_order_id"], ["orders.id"], name=op.f("fk_order_carry_to_order_id_orders")),
        sa.ForeignKeyConstraint(["edit_id"], ["order_edit.id"], name=op.f("fk_order_carry_edit_id_order_edit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_carry")),
    )
    op.create_index("ix_order_carry_from_order_id", "order_carry", ["from_order_id"])
    op.create_index("ix_order_carry_to_order_id", "order_carry", ["to_order_id"])
    op.create_table(
        "order_draft",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("customer_name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("copied_from_id", BigId, nullable=True),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_by", sa.String(length=120), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('draft', 'quote')", name=op.f("ck_order_draft_kind")),
        sa.CheckConstraint("status IN ('draft', 'open', 'discarded')", name=op.f("ck_order_draft_status")),
        sa.CheckConstraint("(status = 'open') = (order_id IS NOT NULL)", name=op.f("ck_order_draft_placed")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["orders.id"], name=op.f("fk_order_draft_copied_from_id_orders")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_draft_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_draft")),
        sa.UniqueConstraint("order_id", name=op.f("uq_order_draft_order_id")),
    )
    op.create_index("ix_order_draft_status", "order_draft", ["status", "id"])


def downgrade() -> None:
    pass
