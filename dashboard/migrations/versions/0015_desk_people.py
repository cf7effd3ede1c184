"""What people wrote about orders, kept outside the sealed log, so that it can be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "order_text",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_text_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_text")),
    )
    op.create_index("ix_order_text_order_id", "order_text", ["order_id"])


def downgrade() -> None:
    """Go back by restoring the backup taken before the upgrade."""
