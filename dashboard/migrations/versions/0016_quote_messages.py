"""Messages about quotes, which have no order yet."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("order_message") as batch:
        batch.alter_column("order_id", existing_type=sa.BigInteger(), nullable=True)
        batch.add_column(sa.Column("draft_id", sa.BigInteger(), nullable=True))
        batch.create_foreign_key(op.f("fk_order_message_draft_id_order_draft"), "order_draft", ["draft_id"], ["id"])
        batch.create_check_constraint(op.f("ck_order_message_about"), "order_id IS NOT NULL OR draft_id IS NOT NULL")
    op.create_index("ix_order_message_draft_id", "order_message", ["draft_id", "id"])


def downgrade() -> None:
    """Go back by restoring the backup taken before the upgrade."""
