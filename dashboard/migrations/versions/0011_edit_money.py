"""Editing: money lines and messages."""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Go back by restoring the backup taken before the upgrade."""
