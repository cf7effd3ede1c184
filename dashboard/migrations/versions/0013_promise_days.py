"""When an order is due by its promise, what its customer was told, and orders that may leave before the day their items are on sale."""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import BigId, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("calendar_ship_by", Instant(), nullable=True))
    op.add_column("orders", sa.Column("promise_moved", sa.String(8), nullable=True))
    moved = sa.text("promise_moved IS NOT NULL")
    columns = ["promise_moved", "placed_at", "id"]
    op.create_index("ix_orders_promise_moved", "orders", columns, sqlite_where=moved, postgresql_where=moved)
    op.create_table(
        "promise_told",
        sa.Column("order_id", BigId, nullable=False, autoincrement=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("told_by", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_promise_told_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_promise_told")),
    )
    op.create_table(
        "order_early",
        sa.Column("order_id", BigId, nullable=False, autoincrement=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_early_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_early")),
    )


def downgrade() -> None:
    """Go back by restoring the backup taken before the upgrade."""
