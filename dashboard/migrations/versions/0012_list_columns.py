"""List columns.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = "status = 'open'"
LEFT = "phase IN ('cancelled', 'completed', 'delivered', 'delivery_problem', 'disputed', 'in_transit', 'return_open')"
WIDER = {
    "ix_orders_phase": (["phase", "ship_by", "id", "work", "placed_at", "total", "location_id"], None),
    "ix_orders_open": (
        ["ship_by", "id", "phase", "work", "readiness", "channel", "payment_status", "fulfilment_status", "ship_country", "placed_at",
         "total", "unit_count", "customer_name", "status", "location_id"],
        OPEN,
    ),
    "ix_orders_left": (
        ["location_id", "ship_by", "id", "phase", "channel", "payment_status", "fulfilment_status", "ship_country", "placed_at", "total",
         "unit_count", "status"],
        LEFT,
    ),
}  # fmt: skip
STAGES = ("allocated", "released", "picking", "picked", "packing", "packed", "shipped", "closed")
"""As orders.rules.location_of chooses: the least advanced work, the first of it; closed and shipped count alike."""


def upgrade() -> None:
    """Where an order's next step is done, by which the list sorts."""
    op.add_column("orders", sa.Column("location_id", sa.BigInteger()))
    stage = " ".join(f"WHEN '{status}' THEN {min(place, 6)}" for place, status in enumerate(STAGES))
    op.execute(
        "UPDATE orders SET location_id = (SELECT f.location_id FROM fulfilment_order f WHERE f.order_id = orders.id"  # noqa: S608
        f" AND f.status IN {STAGES} ORDER BY CASE f.status {stage} END, f.id LIMIT 1)"
    )
    for name, (columns, where) in WIDER.items():
        if name != "ix_orders_left":
            op.drop_index(name, table_name="orders")
        rows = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
        op.create_index(name, "orders", columns, **rows)


def downgrade() -> None:
    """Go back by restoring the backup taken before the upgrade."""
