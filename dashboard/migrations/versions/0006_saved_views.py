"""Saved views of the order list, what each person sees of it, and the indexes that a million orders need.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import BigId, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNCOMMON = "payment_status NOT IN ('authorized', 'paid')"
OPEN = (
    "ship_by",
    "id",
    "phase",
    "work",
    "readiness",
    "channel",
    "payment_status",
    "fulfilment_status",
    "ship_country",
    "placed_at",
    "total",
    "unit_count",
    "customer_name",
    "status",
)
PLACED = (
    "placed_at",
    "id",
    "status",
    "phase",
    "work",
    "channel",
    "payment_status",
    "fulfilment_status",
    "ship_country",
    "readiness",
    "total",
    "unit_count",
)


def upgrade() -> None:
    _tables()
    _indexes()


def _tables() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", BigId, nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_saved_view_owner_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_view_owner_id_name")),
    )
    op.create_index(
        "ix_saved_view_shared", "saved_view", ["position", "id"], sqlite_where=sa.text("shared"), postgresql_where=sa.text("shared")
    )
    op.create_table(
        "list_choice",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("hidden", sa.String(length=200), nullable=False),
        sa.Column("dense", sa.Boolean(), nullable=False),
        sa.Column("view_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_list_choice_user_id_user_account")),
        sa.ForeignKeyConstraint(["view_id"], ["saved_view.id"], name=op.f("fk_list_choice_view_id_saved_view")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_list_choice")),
    )


def _indexes() -> None:
    """Three go, two come: writing an order costs no more than it did. An index on names alone would have cost it a fifth."""
    for name in ("work", "status", "readiness", "open", "phase", "placed_at"):
        op.drop_index(f"ix_orders_{name}", "orders")
    for column in ("unit_count", "ship_country"):
        op.create_index(f"ix_orders_{column}", "orders", [column, "id"])
    op.create_index("ix_orders_placed_at", "orders", list(PLACED))
    op.create_index("ix_orders_phase", "orders", ["phase", "ship_by", "id", "work", "placed_at", "total"])
    is_open, uncommon = sa.text("status = 'open'"), sa.text(UNCOMMON)
    op.create_index("ix_orders_open", "orders", list(OPEN), sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_orders_payment_status", "orders", ["payment_status", "id"], sqlite_where=uncommon, postgresql_where=uncommon)


def downgrade() -> None:
    pass
