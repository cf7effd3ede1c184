"""Scan sounds that a person can switch off."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("sounds", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Go back by restoring the backup taken before the upgrade."""
