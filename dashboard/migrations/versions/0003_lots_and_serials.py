"""Lots with an expiry date and serial numbers, for the SKUs that ask for them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import BigId, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
LEDGERS = ("lot_movement", "serial_movement")


def upgrade() -> None:
    # One text for both databases: neither copies the table for a new column with a default.
    op.execute(
        "ALTER TABLE sku ADD COLUMN tracks VARCHAR(8) DEFAULT 'none' NOT NULL"
        " CONSTRAINT ck_sku_tracks CHECK (tracks IN ('none', 'lots', 'serials') AND (tracks = 'none' OR kind = 'stock'))"
    )
    _lots()
    _picks()
    _serials()
    for table in LEDGERS:
        _append_only(table)


def _lots() -> None:
    op.create_table(
        "lot",
        sa.Column("id", BigId, nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_lot_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("sku_id", "code", name=op.f("uq_lot_sku_id_code")),
    )
    op.create_index("ix_lot_expires_on", "lot", ["expires_on", "id"])
    op.create_table(
        "lot_stock",
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("picked", sa.BigInteger(), nullable=False),
        sa.Column("set_aside", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("picked >= 0 AND set_aside >= 0 AND picked + set_aside <= units", name=op.f("ck_lot_stock_units")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_stock_lot_id_lot")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_lot_stock_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_lot_stock_sku_id_sku")),
        sa.PrimaryKeyConstraint("lot_id", "location_id", name=op.f("pk_lot_stock")),
    )
    op.create_index("ix_lot_stock_sku_id", "lot_stock", ["sku_id", "location_id"])
    op.create_table(
        "lot_movement",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("set_aside", sa.BigInteger(), nullable=False),
        *_said(),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_movement_lot_id_lot")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_lot_movement_location_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_movement")),
    )
    op.create_index("ix_lot_movement_lot_id", "lot_movement", ["lot_id", "id"])
    op.create_index("ix_lot_movement_cause", "lot_movement", ["cause"])
    op.create_index("ix_lot_movement_order_id", "lot_movement", ["order_id"])


def _picks() -> None:
    op.create_table(
        "lot_pick",
        sa.Column("id", BigId, nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("fulfilment_order_id", sa.BigInteger(), nullable=False),
        sa.Column("fulfilment_line_id", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("shipped_at", Instant(), nullable=True),
        sa.CheckConstraint("units >= 0", name=op.f("ck_lot_pick_units")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_pick_lot_id_lot")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_lot_pick_location_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_pick")),
        sa.UniqueConstraint("fulfilment_line_id", "lot_id", name=op.f("uq_lot_pick_fulfilment_line_id_lot_id")),
    )
    op.create_index("ix_lot_pick_lot_id", "lot_pick", ["lot_id", "id"])
    op.create_index("ix_lot_pick_fulfilment_order_id", "lot_pick", ["fulfilment_order_id"])
    op.create_index("ix_lot_pick_order_id", "lot_pick", ["order_id"])


def _serials() -> None:
    op.create_table(
        "serial",
        sa.Column("id", BigId, nullable=False),
        sa.Column("sku_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("fulfilment_order_id", sa.BigInteger(), nullable=True),
        sa.Column("fulfilment_line_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(60), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "state IN ('in_stock', 'picked', 'in_transit', 'shipped', 'scrapped')", name=op.f("ck_serial_state")
        ),
        sa.CheckConstraint("(location_id IS NOT NULL) = (state IN ('in_stock', 'picked'))", name=op.f("ck_serial_place")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_serial_sku_id_sku")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_serial_location_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial")),
        sa.UniqueConstraint("sku_id", "code", name=op.f("uq_serial_sku_id_code")),
    )
    op.create_index("ix_serial_code", "serial", ["code"])
    op.create_index("ix_serial_sku_id", "serial", ["sku_id", "location_id", "state"])
    op.create_index("ix_serial_order_id", "serial", ["order_id"])
    op.create_index("ix_serial_fulfilment_order_id", "serial", ["fulfilment_order_id"])
    op.create_index("ix_serial_cause", "serial", ["cause"])
    op.create_table(
        "serial_movement",
        sa.Column("id", BigId, nullable=False),
        sa.Column("serial_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        *_said(),
        sa.ForeignKeyConstraint(["serial_id"], ["serial.id"], name=op.f("fk_serial_movement_serial_id_serial")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_serial_movement_location_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_movement")),
    )
    op.create_index("ix_serial_movement_serial_id", "serial_movement", ["serial_id", "id"])


def _said() -> tuple[sa.Column, ...]:
    """What a row of either ledger says of its reason."""
    return (
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(60), nullable=True),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    pass
