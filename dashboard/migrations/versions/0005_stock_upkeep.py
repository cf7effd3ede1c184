"""Stock upkeep.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


SERVICES_ALONE = "UPDATE orders SET readiness = 'none' WHERE readiness = 'part' AND work IS NULL"
"""A service beside wholly backordered goods made an order read as part ready."""


def upgrade() -> None:
    op.execute(SERVICES_ALONE)


def downgrade() -> None:
    pass
