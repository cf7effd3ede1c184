"""Stock upkeep.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


SERVICES_ALONE = "UPDATE orders SET readiness = 'none' WHERE readiness = 'part' AND work IS NULL"
"""A service beside wholly backordered goods made an order read as part ready."""


def upgrade() -> None:
    op.execute(SERVICES_ALONE)
    _count_rules()
    _count_schedule()
    _simulations()
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index("ix_stock_hold_ended", "stock_hold", ["ended_at"], sqlite_where=ended, postgresql_where=ended)


def _count_rules() -> None:
    op.create_table(
        "count_policy",
        sa.Column("class", sa.String(length=1), nullable=False),
        sa.Column("interval_days", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_units", sa.BigInteger(), nullable=False),
        sa.Column("tolerance_percent", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("class IN ('A', 'B', 'C')", name=op.f("ck_count_policy_class")),
        sa.CheckConstraint("interval_days BETWEEN 1 AND 3650", name=op.f("ck_count_policy_interval")),
        sa.CheckConstraint(
            "tolerance_units BETWEEN 0 AND 1000000 AND tolerance_percent BETWEEN 0 AND 100", name=op.f("ck_count_policy_tolerance")
        ),
        sa.PrimaryKeyConstraint("class", name=op.f("pk_count_policy")),
    )
    for name, days in (("A", 30), ("B", 90), ("C", 180)):
        op.execute(
            "INSERT INTO count_policy (class, interval_days, tolerance_units, tolerance_percent, version)"
            f" VALUES ('{name}', {days}, 2, 2, 1)"  # noqa: S608 (figures of ours)
        )


def _count_schedule() -> None:
    op.create_table(
        "count_schedule",
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("class", sa.String(length=1), nullable=False),
        sa.Column("last_counted", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.CheckConstraint("class IN ('A', 'B', 'C')", name=op.f("ck_count_schedule_class")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_count_schedule_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_count_schedule_sku_id_sku")),
        sa.PrimaryKeyConstraint("location_id", "sku_id", name=op.f("pk_count_schedule")),
    )
    op.create_index("ix_count_schedule_due", "count_schedule", ["location_id", "class", "due_at", "sku_id"])


def _simulations() -> None:
    id_ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "routing_simulation",
        sa.Column("id", id_, nullable=False),
        sa.Column("rule_set_id", id_, nullable=False),
        sa.Column("rule_set_version", sa.BigInteger(), nullable=False),
        sa.Column("since", Instant(), nullable=True),
        sa.Column("until", Instant(), nullable=True),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("message", sa.String(length=200), nullable=True),
        sa.Column("requested_by", sa.String(length=120), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_routing_simulation_state")),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["routing_rule_set.id"], name=op.f("fk_routing_simulation_rule_set_id_routing_rule_set")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_simulation")),
    )
    op.create_index("ix_routing_simulation_rule_set_id", "routing_simulation", ["rule_set_id", "id"])


def downgrade() -> None:
    pass
