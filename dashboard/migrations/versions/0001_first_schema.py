"""First schema

Revision: 0001, after .
"""

import sqlalchemy as sa
from alembic import op

import dashboard.kernel.columns
from dashboard.migrations import extras

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "channel_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("buffer", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=120), nullable=True),
        sa.Column("updated_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.CheckConstraint("buffer >= 0", name=op.f("ck_channel_rule_buffer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_rule")),
        sa.UniqueConstraint("channel", name=op.f("uq_channel_rule_channel")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(length=48), nullable=False),
        sa.Column("entity", sa.String(length=24), nullable=False),
        sa.Column("entity_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_event_seq")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_order_id", ["order_id", "id"], unique=False, sqlite_where=sa.text("order_id IS NOT NULL"))
        batch_op.create_index(
            "ix_event_unsealed",
            ["id"],
            unique=False,
            postgresql_where=sa.text("seq IS NULL"),
            sqlite_where=sa.text("seq IS NULL"),
        )

    op.create_table(
        "event_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_seal")),
        sa.UniqueConstraint("first_seq", name=op.f("uq_event_seal_first_seq")),
        sa.UniqueConstraint("last_seq", name=op.f("uq_event_seal_last_seq")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_at"), ["at"], unique=False)

    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("mapping", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("upload", sa.String(length=80), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("rows_total", sa.BigInteger(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("errors_path", sa.String(length=300), nullable=True),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("started_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("seen_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("finished_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "import_set_aside",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("row_class", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("sku_code", sa.String(length=64), nullable=False),
        sa.Column("customer_ref", sa.String(length=120), nullable=True),
        sa.Column("units", sa.BigInteger(), nullable=True),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_set_aside")),
        sa.UniqueConstraint("channel", "key", name=op.f("uq_import_set_aside_channel_key")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("run_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("done_count", sa.BigInteger(), nullable=False),
        sa.Column("total_count", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("finished_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_due", ["status", "run_at"], unique=False)

    op.create_table(
        "location",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("cutoff", sa.BigInteger(), nullable=False),
        sa.Column("working_days", sa.String(length=7), server_default="12345", nullable=False),
        sa.Column("holidays", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("updated_by", sa.String(length=120), nullable=True),
        sa.Column("updated_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('warehouse', 'store', '3pl')", name=op.f("ck_location_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("code", name=op.f("uq_location_code")),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "order_exception",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=True),
        sa.Column("opened_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("resolved_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("resolved_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_exception")),
        sa.UniqueConstraint("key", name=op.f("uq_order_exception_key")),
    )
    with op.batch_alter_table("order_exception", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_exception_open",
            ["opened_at"],
            unique=False,
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )
        batch_op.create_index("ix_order_exception_order_id", ["order_id"], unique=False)

    op.create_table(
        "order_facet",
        sa.Column("view", sa.String(length=24), nullable=False),
        sa.Column("shard", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("view", "shard", name=op.f("pk_order_facet")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("fulfilment_status", sa.String(length=24), nullable=False),
        sa.Column("payment_status", sa.String(length=24), nullable=False),
        sa.Column("readiness", sa.String(length=5), nullable=True),
        sa.Column("work", sa.String(length=12), nullable=True),
        sa.Column("views", sa.String(length=60), nullable=False),
        sa.Column("customer_ref", sa.String(length=120), nullable=True),
        sa.Column("customer_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("ship_name", sa.String(length=200), nullable=False),
        sa.Column("ship_line1", sa.String(length=200), nullable=False),
        sa.Column("ship_line2", sa.String(length=200), nullable=False),
        sa.Column("ship_city", sa.String(length=120), nullable=False),
        sa.Column("ship_region", sa.String(length=120), nullable=False),
        sa.Column("ship_postal_code", sa.String(length=24), nullable=False),
        sa.Column("ship_country", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("lines_total", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("authorized", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("voided", sa.BigInteger(), nullable=False),
        sa.Column("pay_on", sa.String(length=12), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("unit_count", sa.BigInteger(), nullable=False),
        sa.Column("open_holds", sa.BigInteger(), nullable=False),
        sa.Column("open_returns", sa.BigInteger(), nullable=False),
        sa.Column("parcel_problem", sa.Boolean(), nullable=False),
        sa.Column("placed_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("ship_by", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("promised_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("ready_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("shipped_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("delivered_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("cancelled_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=40), nullable=True),
        sa.Column("tracking_hash", sa.String(length=64), nullable=True),
        sa.Column("tracking_rotation", sa.BigInteger(), nullable=False),
        sa.Column("tracking_expires_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(readiness IS NULL) OR (readiness IN ('ready', 'part', 'none') AND status = 'open')",
            name=op.f("ck_orders_readiness"),
        ),
        sa.CheckConstraint("status IN ('draft', 'open', 'completed', 'cancelled', 'discarded')", name=op.f("ck_orders_status")),
        sa.CheckConstraint("refunded >= 0 AND refunded <= captured", name=op.f("ck_orders_refunded")),
        sa.CheckConstraint("total = lines_total + tax + shipping - discount", name=op.f("ck_orders_total")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index("ix_orders_channel", ["channel", "placed_at", "id"], unique=False)
        batch_op.create_index(
            "ix_orders_customer_ref",
            ["channel", "customer_ref", "placed_at"],
            unique=False,
            sqlite_where=sa.text("customer_ref IS NOT NULL"),
            postgresql_where=sa.text("customer_ref IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_orders_open",
            ["ship_by", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index("ix_orders_phase", ["phase", "ship_by", "id"], unique=False)
        batch_op.create_index(
            "ix_orders_placed_at",
            [
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
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_orders_readiness",
            ["readiness", "ship_by", "id"],
            unique=False,
            sqlite_where=sa.text("readiness IS NOT NULL"),
            postgresql_where=sa.text("readiness IS NOT NULL"),
        )
        batch_op.create_index("ix_orders_ship_by", ["ship_by", "id"], unique=False)
        batch_op.create_index(
            "ix_orders_shipped_at",
            ["shipped_at", "ready_at", "placed_at"],
            unique=False,
            sqlite_where=sa.text("shipped_at IS NOT NULL"),
            postgresql_where=sa.text("shipped_at IS NOT NULL"),
        )
        batch_op.create_index("ix_orders_status", ["status", "placed_at", "id"], unique=False)
        batch_op.create_index("ix_orders_total", ["total", "id"], unique=False)
        batch_op.create_index("ix_orders_work", ["work", "ship_by", "id"], unique=False)
        batch_op.create_index(
            "uq_orders_channel_external_id",
            ["channel", "external_id"],
            unique=True,
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_orders_tracking_hash",
            ["tracking_hash"],
            unique=True,
            sqlite_where=sa.text("tracking_hash IS NOT NULL"),
            postgresql_where=sa.text("tracking_hash IS NOT NULL"),
        )

    op.create_table(
        "role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "routing_decision",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule_set_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "sequence", name=op.f("pk_routing_decision")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "routing_rule_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("based_on", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("switched_on_by", sa.String(length=120), nullable=True),
        sa.Column("switched_on_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'on', 'off', 'discarded')", name=op.f("ck_routing_rule_set_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule_set")),
    )
    with op.batch_alter_table("routing_rule_set", schema=None) as batch_op:
        batch_op.create_index(
            "uq_routing_rule_set_draft",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.create_index(
            "uq_routing_rule_set_on",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state = 'on'"),
            postgresql_where=sa.text("state = 'on'"),
        )

    op.create_table(
        "sku",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("barcode", sa.String(length=14), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("unit_price_e4", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(length=120), nullable=True),
        sa.Column("updated_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('stock', 'service', 'kit')", name=op.f("ck_sku_kind")),
        sa.CheckConstraint("unit_price_e4 >= 0", name=op.f("ck_sku_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sku")),
        sa.UniqueConstraint("barcode", name=op.f("uq_sku_barcode")),
        sa.UniqueConstraint("code", name=op.f("uq_sku_code")),
    )
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.create_index("ix_sku_name", ["name"], unique=False)

    op.create_table(
        "stock_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("expires_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("created_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("ended_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'used', 'released', 'expired')", name=op.f("ck_stock_hold_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_hold")),
        sa.UniqueConstraint("token", name=op.f("uq_stock_hold_token")),
    )
    with op.batch_alter_table("stock_hold", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stock_hold_due",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )

    op.create_table(
        "supplier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("lead_days", sa.BigInteger(), nullable=False),
        sa.Column("review_days", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("lead_days BETWEEN 0 AND 365 AND review_days BETWEEN 0 AND 365", name=op.f("ck_supplier_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("name", name=op.f("uq_supplier_name")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_phone_number", sa.String(length=128), nullable=True),
        sa.Column("totp_counter", sa.BigInteger(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.Column("locations", sa.String(length=200), nullable=True),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("failed_sign_ins", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("created_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("last_seen_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_account_fs_uniquifier")),
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("location", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=6), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("expires_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("last_seen_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("last_seen_ip", sa.String(length=64), nullable=True),
        sa.Column("revoked_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_access_token_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("code", name=op.f("uq_access_token_code")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_access_token_secret_hash")),
    )
    op.create_table(
        "allocation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_allocation_units")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_allocation_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_allocation_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint(
            "order_line_id", "sku_id", "location_id", name=op.f("uq_allocation_order_line_id_sku_id_location_id")
        ),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_allocation_open",
            ["sku_id", "location_id"],
            unique=False,
            sqlite_where=sa.text("units > 0"),
            postgresql_where=sa.text("units > 0"),
        )
        batch_op.create_index("ix_allocation_order_id", ["order_id"], unique=False)

    op.create_table(
        "channel_buffer",
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units >= 0", name=op.f("ck_channel_buffer_units")),
        sa.ForeignKeyConstraint(["rule_id"], ["channel_rule.id"], name=op.f("fk_channel_buffer_rule_id_channel_rule")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_channel_buffer_sku_id_sku")),
        sa.PrimaryKeyConstraint("rule_id", "sku_id", name=op.f("pk_channel_buffer")),
    )
    op.create_table(
        "channel_location",
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_channel_location_location_id_location")),
        sa.ForeignKeyConstraint(["rule_id"], ["channel_rule.id"], name=op.f("fk_channel_location_rule_id_channel_rule")),
        sa.PrimaryKeyConstraint("rule_id", "location_id", name=op.f("pk_channel_location")),
    )
    op.create_table(
        "fulfilment_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("released_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("picked_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("packed_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("shipped_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("pack_errors", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_fulfilment_order_location_id_location")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_fulfilment_order_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfilment_order")),
        sa.UniqueConstraint("number", name=op.f("uq_fulfilment_order_number")),
    )
    with op.batch_alter_table("fulfilment_order", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fulfilment_order_errors",
            ["order_id"],
            unique=False,
            sqlite_where=sa.text("pack_errors > 0"),
            postgresql_where=sa.text("pack_errors > 0"),
        )
        batch_op.create_index("ix_fulfilment_order_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_fulfilment_order_work", ["location_id", "status", "id"], unique=False)

    op.create_table(
        "kit_component",
        sa.Column("kit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units >= 1 AND kit_id <> part_id", name=op.f("ck_kit_component_units")),
        sa.ForeignKeyConstraint(["kit_id"], ["sku.id"], name=op.f("fk_kit_component_kit_id_sku")),
        sa.ForeignKeyConstraint(["part_id"], ["sku.id"], name=op.f("fk_kit_component_part_id_sku")),
        sa.PrimaryKeyConstraint("kit_id", "part_id", name=op.f("pk_kit_component")),
    )
    with op.batch_alter_table("kit_component", schema=None) as batch_op:
        batch_op.create_index("ix_kit_component_part_id", ["part_id"], unique=False)

    op.create_table(
        "order_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("until", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("placed_by", sa.String(length=120), nullable=False),
        sa.Column("placed_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("released_by", sa.String(length=120), nullable=True),
        sa.Column("released_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("release_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_hold_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_hold")),
    )
    with op.batch_alter_table("order_hold", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_hold_due",
            ["until"],
            unique=False,
            sqlite_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
            postgresql_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_order_hold_open",
            ["kind", "order_id"],
            unique=False,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )
        batch_op.create_index("ix_order_hold_order_id", ["order_id"], unique=False)

    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sku_code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_e4", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), nullable=False),
        sa.Column("backordered", sa.BigInteger(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("picked", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.BigInteger(), nullable=False),
        sa.Column("shipped", sa.BigInteger(), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "cancelled >= 0 AND backordered >= 0 AND allocated >= 0 AND picked >= 0 AND packed >= 0 AND shipped >= 0",
            name=op.f("ck_order_line_not_negative"),
        ),
        sa.CheckConstraint(
            "delivered >= 0 AND delivered <= shipped AND returned >= 0 AND returned <= shipped",
            name=op.f("ck_order_line_after_shipping"),
        ),
        sa.CheckConstraint(
            "ordered > 0 AND ordered = cancelled + backordered + allocated + picked + packed + shipped",
            name=op.f("ck_order_line_conserved"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_line_order_id_orders")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_order_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_order_line_backordered",
            ["sku_id", "order_id"],
            unique=False,
            sqlite_where=sa.text("backordered > 0"),
            postgresql_where=sa.text("backordered > 0"),
        )
        batch_op.create_index("ix_order_line_sku_id", ["sku_id"], unique=False)

    op.create_table(
        "order_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_note_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_note")),
    )
    with op.batch_alter_table("order_note", schema=None) as batch_op:
        batch_op.create_index("ix_order_note_order_id", ["order_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=24), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("authorized", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("voided", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("0 <= refunded AND refunded <= captured", name=op.f("ck_payment_refunds")),
        sa.CheckConstraint("captured + voided <= authorized AND voided >= 0", name=op.f("ck_payment_captures")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payment_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_order_id", ["order_id"], unique=False)

    op.create_table(
        "purchase_order",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("ordered_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("ordered_by", sa.String(length=120), nullable=True),
        sa.Column("arrived_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("closed_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("close_reason", sa.String(length=40), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'ordered', 'partially_received', 'received', 'cancelled')", name=op.f("ck_purchase_order_status")
        ),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_purchase_order_location_id_location")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index("ix_purchase_order_status", ["status", "expected_on"], unique=False)

    op.create_table(
        "return_",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("customer_ref", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("received_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("closed_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_return__order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_")),
        sa.UniqueConstraint("number", name=op.f("uq_return__number")),
    )
    with op.batch_alter_table("return_", schema=None) as batch_op:
        batch_op.create_index("ix_return__order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_return__reason", ["reason", "order_id"], unique=False)
        batch_op.create_index(
            "uq_return__channel_external_id",
            ["channel", "external_id"],
            unique=True,
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        )

    op.create_table(
        "routing_load",
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_routing_load_location_id_location")),
        sa.PrimaryKeyConstraint("location_id", "day", name=op.f("pk_routing_load")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "routing_refusal",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_routing_refusal_location_id_location")),
        sa.PrimaryKeyConstraint("order_id", "location_id", name=op.f("pk_routing_refusal")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("expires_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("ip", sa.String(length=64), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("ended_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_secret_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sku_backorder",
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("open_units", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("policy IN ('default', 'allowed', 'refused')", name=op.f("ck_sku_backorder_policy")),
        sa.CheckConstraint("open_units >= 0 AND (cap IS NULL OR cap >= 0)", name=op.f("ck_sku_backorder_not_negative")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_sku_backorder_sku_id_sku")),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_sku_backorder")),
    )
    op.create_table(
        "sku_level",
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.CheckConstraint("level IN ('low', 'out')", name=op.f("ck_sku_level_level")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_sku_level_sku_id_sku")),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_sku_level")),
    )
    with op.batch_alter_table("sku_level", schema=None) as batch_op:
        batch_op.create_index("ix_sku_level_level", ["level", "code", "sku_id"], unique=False)

    op.create_table(
        "stock_balance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.BigInteger(), nullable=False),
        sa.Column("quarantine", sa.BigInteger(), nullable=False),
        sa.Column("safety", sa.BigInteger(), nullable=False),
        sa.Column("reorder_point", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "allocated >= 0 AND held >= 0 AND damaged >= 0 AND quarantine >= 0 AND safety >= 0",
            name=op.f("ck_stock_balance_not_negative"),
        ),
        sa.CheckConstraint("on_hand - allocated - held - damaged - quarantine >= 0", name=op.f("ck_stock_balance_no_oversell")),
        sa.CheckConstraint("on_hand <= 2147483647", name=op.f("ck_stock_balance_int32")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_balance_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_balance_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_balance")),
        sa.UniqueConstraint("sku_id", "location_id", name=op.f("uq_stock_balance_sku_id_location_id")),
    )
    with op.batch_alter_table("stock_balance", schema=None) as batch_op:
        batch_op.create_index("ix_stock_balance_location_id", ["location_id"], unique=False)

    op.create_table(
        "stock_count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_by_name", sa.String(length=120), nullable=False),
        sa.Column("opened_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("closed_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(closed_at IS NOT NULL) = (status IN ('approved', 'cancelled'))", name=op.f("ck_stock_count_closed")),
        sa.CheckConstraint("source IN ('schedule', 'manual')", name=op.f("ck_stock_count_source")),
        sa.CheckConstraint(
            "status IN ('open', 'counting', 'review', 'approved', 'cancelled')", name=op.f("ck_stock_count_status")
        ),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_count_location_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
        sa.UniqueConstraint("number", name=op.f("uq_stock_count_number")),
    )
    with op.batch_alter_table("stock_count", schema=None) as batch_op:
        batch_op.create_index("ix_stock_count_status", ["status", "id"], unique=False)

    op.create_table(
        "stock_hold_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hold_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_stock_hold_line_units")),
        sa.ForeignKeyConstraint(["hold_id"], ["stock_hold.id"], name=op.f("fk_stock_hold_line_hold_id_stock_hold")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_hold_line_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_hold_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_hold_line")),
        sa.UniqueConstraint("hold_id", "sku_id", "location_id", name=op.f("uq_stock_hold_line_hold_id_sku_id_location_id")),
    )
    with op.batch_alter_table("stock_hold_line", schema=None) as batch_op:
        batch_op.create_index("ix_stock_hold_line_sku_id", ["sku_id"], unique=False)

    op.create_table(
        "stock_movement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.BigInteger(), nullable=False),
        sa.Column("quarantine", sa.BigInteger(), nullable=False),
        sa.Column("on_hand_after", sa.BigInteger(), nullable=False),
        sa.Column("allocated_after", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_movement_location_id_location")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_movement_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stock_movement_order_id",
            ["order_id"],
            unique=False,
            sqlite_where=sa.text("order_id IS NOT NULL"),
            postgresql_where=sa.text("order_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_stock_movement_shipped",
            ["sku_id", "at", "on_hand"],
            unique=False,
            sqlite_where=sa.text("kind = 'shipped'"),
            postgresql_where=sa.text("kind = 'shipped'"),
        )
        batch_op.create_index("ix_stock_movement_sku_id", ["sku_id", "id"], unique=False)
        batch_op.create_index(
            "uq_stock_movement_key",
            ["key"],
            unique=True,
            sqlite_where=sa.text("key IS NOT NULL"),
            postgresql_where=sa.text("key IS NOT NULL"),
        )

    op.create_table(
        "supplier_sku",
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pack_size", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost_e4", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pack_size BETWEEN 1 AND 2147483647", name=op.f("ck_supplier_sku_pack_size")),
        sa.CheckConstraint("unit_cost_e4 >= 0", name=op.f("ck_supplier_sku_cost")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_supplier_sku_sku_id_sku")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_sku_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("sku_id", name=op.f("pk_supplier_sku")),
    )
    with op.batch_alter_table("supplier_sku", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplier_sku_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("from_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("created_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("dispatched_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("closed_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'in_transit', 'partially_received', 'received', 'cancelled')", name=op.f("ck_transfer_status")
        ),
        sa.CheckConstraint("from_location_id <> to_location_id", name=op.f("ck_transfer_two_places")),
        sa.ForeignKeyConstraint(["from_location_id"], ["location.id"], name=op.f("fk_transfer_from_location_id_location")),
        sa.ForeignKeyConstraint(["to_location_id"], ["location.id"], name=op.f("fk_transfer_to_location_id_location")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("number", name=op.f("uq_transfer_number")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index("ix_transfer_status", ["status", "id"], unique=False)

    op.create_table(
        "user_role",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id_role")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_table(
        "count_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("recount_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("on_it", sa.String(length=64), nullable=True),
        sa.Column("on_it_name", sa.String(length=120), nullable=True),
        sa.Column("on_it_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("counter", sa.String(length=64), nullable=True),
        sa.Column("counter_name", sa.String(length=120), nullable=True),
        sa.Column("counted_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("movement_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=True),
        sa.Column("decided_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.CheckConstraint("(state IN ('approved', 'rejected')) = (decided_at IS NOT NULL)", name=op.f("ck_count_line_decided")),
        sa.CheckConstraint("state <> 'to_count' OR counted IS NULL", name=op.f("ck_count_line_no_figure")),
        sa.CheckConstraint(
            "state IN ('to_count', 'counted', 'recount', 'approved', 'rejected')", name=op.f("ck_count_line_state")
        ),
        sa.CheckConstraint("state IN ('to_count', 'rejected') OR counted IS NOT NULL", name=op.f("ck_count_line_has_figure")),
        sa.CheckConstraint(
            "(counted IS NULL) = (expected IS NULL) AND (counted IS NULL) = (counter IS NULL) AND (counted IS NULL) = (counted_at IS NULL) AND (counted IS NULL) = (movement_id IS NULL)",
            name=op.f("ck_count_line_whole"),
        ),
        sa.CheckConstraint("(round = 1) = (recount_of IS NULL)", name=op.f("ck_count_line_round")),
        sa.CheckConstraint("counted BETWEEN 0 AND 2147483647", name=op.f("ck_count_line_counted")),
        sa.ForeignKeyConstraint(["count_id"], ["stock_count.id"], name=op.f("fk_count_line_count_id_stock_count")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_count_line_location_id_location")),
        sa.ForeignKeyConstraint(["recount_of"], ["count_line.id"], name=op.f("fk_count_line_recount_of_count_line")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_count_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_line")),
    )
    with op.batch_alter_table("count_line", schema=None) as batch_op:
        batch_op.create_index("ix_count_line_count_id", ["count_id", "id"], unique=False)
        batch_op.create_index("ix_count_line_decided_at", ["state", "decided_at"], unique=False)
        batch_op.create_index(
            "ix_count_line_last",
            ["location_id", "sku_id", "counted_at"],
            unique=False,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.create_index("uq_count_line_recount_of", ["recount_of"], unique=True)
        batch_op.create_index(
            "uq_count_line_undecided",
            ["location_id", "sku_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('to_count', 'counted')"),
            postgresql_where=sa.text("state IN ('to_count', 'counted')"),
        )

    op.create_table(
        "fulfilment_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fulfilment_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("picked", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "units >= 0 AND picked >= 0 AND picked <= units AND packed >= 0 AND packed <= picked",
            name=op.f("ck_fulfilment_line_units"),
        ),
        sa.ForeignKeyConstraint(
            ["fulfilment_order_id"], ["fulfilment_order.id"], name=op.f("fk_fulfilment_line_fulfilment_order_id_fulfilment_order")
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_fulfilment_line_order_line_id_order_line")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_fulfilment_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfilment_line")),
        sa.UniqueConstraint(
            "fulfilment_order_id",
            "order_line_id",
            "sku_id",
            name=op.f("uq_fulfilment_line_fulfilment_order_id_order_line_id_sku_id"),
        ),
    )
    with op.batch_alter_table("fulfilment_line", schema=None) as batch_op:
        batch_op.create_index("ix_fulfilment_line_order_line_id", ["order_line_id"], unique=False)

    op.create_table(
        "order_line_part",
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("units >= 1", name=op.f("ck_order_line_part_units")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_order_line_part_order_line_id_order_line")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_order_line_part_sku_id_sku")),
        sa.PrimaryKeyConstraint("order_line_id", "sku_id", name=op.f("pk_order_line_part")),
    )
    with op.batch_alter_table("order_line_part", schema=None) as batch_op:
        batch_op.create_index("ix_order_line_part_sku_id", ["sku_id"], unique=False)

    op.create_table(
        "parcel",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fulfilment_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("tracking_number", sa.String(length=60), nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), nullable=False),
        sa.Column("expected_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("handed_over_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("delivered_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fulfilment_order_id"], ["fulfilment_order.id"], name=op.f("fk_parcel_fulfilment_order_id_fulfilment_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index("ix_parcel_fulfilment_order_id", ["fulfilment_order_id"], unique=False)
        batch_op.create_index("ix_parcel_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_parcel_tracking_number", ["tracking_number"], unique=False)

    op.create_table(
        "payment_transaction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('authorization', 'capture', 'void', 'refund')", name=op.f("ck_payment_transaction_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_transaction_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_transaction_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_transaction")),
        sa.UniqueConstraint("provider_ref", name=op.f("uq_payment_transaction_provider_ref")),
    )
    with op.batch_alter_table("payment_transaction", schema=None) as batch_op:
        batch_op.create_index("ix_payment_transaction_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_payment_transaction_payment_id", ["payment_id"], unique=False)

    op.create_table(
        "purchase_order_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost_e4", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ordered BETWEEN 1 AND 2147483647", name=op.f("ck_purchase_order_line_ordered")),
        sa.CheckConstraint(
            "received + cancelled <= ordered + surplus AND surplus <= received", name=op.f("ck_purchase_order_line_within_order")
        ),
        sa.CheckConstraint(
            "received >= 0 AND surplus >= 0 AND cancelled >= 0 AND unit_cost_e4 >= 0",
            name=op.f("ck_purchase_order_line_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_purchase_order_line_purchase_order_id_purchase_order")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_purchase_order_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_line")),
        sa.UniqueConstraint("purchase_order_id", "sku_id", name=op.f("uq_purchase_order_line_purchase_order_id_sku_id")),
    )
    with op.batch_alter_table("purchase_order_line", schema=None) as batch_op:
        batch_op.create_index("ix_purchase_order_line_sku_id", ["sku_id"], unique=False)

    op.create_table(
        "return_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("return_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sku_code", sa.String(length=64), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_e4", sa.BigInteger(), nullable=False),
        sa.Column("disposition", sa.String(length=12), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("units > 0", name=op.f("ck_return_line_units")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_return_line_location_id_location")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_return_line_order_line_id_order_line")),
        sa.ForeignKeyConstraint(["return_id"], ["return_.id"], name=op.f("fk_return_line_return_id_return_")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_return_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
    )
    with op.batch_alter_table("return_line", schema=None) as batch_op:
        batch_op.create_index("ix_return_line_return_id", ["return_id"], unique=False)

    op.create_table(
        "transfer_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sku_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.BigInteger(), nullable=False),
        sa.Column("lost", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("received + damaged + lost + returned <= sent", name=op.f("ck_transfer_line_in_transit")),
        sa.CheckConstraint(
            "received >= 0 AND damaged >= 0 AND lost >= 0 AND returned >= 0", name=op.f("ck_transfer_line_not_negative")
        ),
        sa.CheckConstraint("sent >= 0 AND sent <= units", name=op.f("ck_transfer_line_sent")),
        sa.CheckConstraint("units >= 1 AND units <= 2147483647", name=op.f("ck_transfer_line_units")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_transfer_line_sku_id_sku")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_line_transfer_id_transfer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_line")),
        sa.UniqueConstraint("transfer_id", "sku_id", name=op.f("uq_transfer_line_transfer_id_sku_id")),
    )
    with op.batch_alter_table("transfer_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_transfer_line_in_transit",
            ["sku_id"],
            unique=False,
            sqlite_where=sa.text("sent > received + damaged + lost + returned"),
            postgresql_where=sa.text("sent > received + damaged + lost + returned"),
        )

    op.create_table(
        "transfer_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_step_transfer_id_transfer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_step")),
        sa.UniqueConstraint("key", name=op.f("uq_transfer_step_key")),
        sa.UniqueConstraint("transfer_id", "version", name=op.f("uq_transfer_step_transfer_id_version")),
    )
    op.create_table(
        "purchase_receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("damaged", sa.BigInteger(), nullable=False),
        sa.Column("surplus", sa.BigInteger(), nullable=False),
        sa.Column("over_reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("arrived_at", dashboard.kernel.columns.Instant(), nullable=True),
        sa.Column("received_at", dashboard.kernel.columns.Instant(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "surplus >= 0 AND surplus <= units AND (surplus = 0 OR over_reason IS NOT NULL)",
            name=op.f("ck_purchase_receipt_surplus"),
        ),
        sa.CheckConstraint("units > 0 AND damaged >= 0 AND damaged <= units", name=op.f("ck_purchase_receipt_units")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["purchase_order_line.id"], name=op.f("fk_purchase_receipt_line_id_purchase_order_line")
        ),
        sa.ForeignKeyConstraint(
            ["purchase_order_id"], ["purchase_order.id"], name=op.f("fk_purchase_receipt_purchase_order_id_purchase_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_receipt")),
        sa.UniqueConstraint("line_id", "key", name=op.f("uq_purchase_receipt_line_id_key")),
    )
    with op.batch_alter_table("purchase_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_receipt_purchase_order_id"), ["purchase_order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_receipt_received_at"), ["received_at"], unique=False)

    extras.install()


def downgrade():
    with op.batch_alter_table("purchase_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_receipt_received_at"))
        batch_op.drop_index(batch_op.f("ix_purchase_receipt_purchase_order_id"))

    op.drop_table("purchase_receipt")
    op.drop_table("transfer_step")
    with op.batch_alter_table("transfer_line", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_transfer_line_in_transit",
            sqlite_where=sa.text("sent > received + damaged + lost + returned"),
            postgresql_where=sa.text("sent > received + damaged + lost + returned"),
        )

    op.drop_table("transfer_line")
    with op.batch_alter_table("return_line", schema=None) as batch_op:
        batch_op.drop_index("ix_return_line_return_id")

    op.drop_table("return_line")
    with op.batch_alter_table("purchase_order_line", schema=None) as batch_op:
        batch_op.drop_index("ix_purchase_order_line_sku_id")

    op.drop_table("purchase_order_line")
    with op.batch_alter_table("payment_transaction", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_transaction_payment_id")
        batch_op.drop_index("ix_payment_transaction_order_id")

    op.drop_table("payment_transaction")
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index("ix_parcel_tracking_number")
        batch_op.drop_index("ix_parcel_order_id")
        batch_op.drop_index("ix_parcel_fulfilment_order_id")

    op.drop_table("parcel")
    with op.batch_alter_table("order_line_part", schema=None) as batch_op:
        batch_op.drop_index("ix_order_line_part_sku_id")

    op.drop_table("order_line_part")
    with op.batch_alter_table("fulfilment_line", schema=None) as batch_op:
        batch_op.drop_index("ix_fulfilment_line_order_line_id")

    op.drop_table("fulfilment_line")
    with op.batch_alter_table("count_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_count_line_undecided",
            sqlite_where=sa.text("state IN ('to_count', 'counted')"),
            postgresql_where=sa.text("state IN ('to_count', 'counted')"),
        )
        batch_op.drop_index("uq_count_line_recount_of")
        batch_op.drop_index(
            "ix_count_line_last", sqlite_where=sa.text("state = 'approved'"), postgresql_where=sa.text("state = 'approved'")
        )
        batch_op.drop_index("ix_count_line_decided_at")
        batch_op.drop_index("ix_count_line_count_id")

    op.drop_table("count_line")
    op.drop_table("user_role")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index("ix_transfer_status")

    op.drop_table("transfer")
    with op.batch_alter_table("supplier_sku", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplier_sku_supplier_id"))

    op.drop_table("supplier_sku")
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_stock_movement_key", sqlite_where=sa.text("key IS NOT NULL"), postgresql_where=sa.text("key IS NOT NULL")
        )
        batch_op.drop_index("ix_stock_movement_sku_id")
        batch_op.drop_index(
            "ix_stock_movement_shipped", sqlite_where=sa.text("kind = 'shipped'"), postgresql_where=sa.text("kind = 'shipped'")
        )
        batch_op.drop_index(
            "ix_stock_movement_order_id",
            sqlite_where=sa.text("order_id IS NOT NULL"),
            postgresql_where=sa.text("order_id IS NOT NULL"),
        )

    op.drop_table("stock_movement")
    with op.batch_alter_table("stock_hold_line", schema=None) as batch_op:
        batch_op.drop_index("ix_stock_hold_line_sku_id")

    op.drop_table("stock_hold_line")
    with op.batch_alter_table("stock_count", schema=None) as batch_op:
        batch_op.drop_index("ix_stock_count_status")

    op.drop_table("stock_count")
    with op.batch_alter_table("stock_balance", schema=None) as batch_op:
        batch_op.drop_index("ix_stock_balance_location_id")

    op.drop_table("stock_balance")
    with op.batch_alter_table("sku_level", schema=None) as batch_op:
        batch_op.drop_index("ix_sku_level_level")

    op.drop_table("sku_level")
    op.drop_table("sku_backorder")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_user_id"))

    op.drop_table("sign_in")
    op.drop_table("routing_refusal")
    op.drop_table("routing_load")
    with op.batch_alter_table("return_", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_return__channel_external_id",
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_return__reason")
        batch_op.drop_index("ix_return__order_id")

    op.drop_table("return_")
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.drop_index("ix_purchase_order_status")

    op.drop_table("purchase_order")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_order_id")

    op.drop_table("payment")
    with op.batch_alter_table("order_note", schema=None) as batch_op:
        batch_op.drop_index("ix_order_note_order_id")

    op.drop_table("order_note")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index("ix_order_line_sku_id")
        batch_op.drop_index(
            "ix_order_line_backordered", sqlite_where=sa.text("backordered > 0"), postgresql_where=sa.text("backordered > 0")
        )

    op.drop_table("order_line")
    with op.batch_alter_table("order_hold", schema=None) as batch_op:
        batch_op.drop_index("ix_order_hold_order_id")
        batch_op.drop_index(
            "ix_order_hold_open", sqlite_where=sa.text("released_at IS NULL"), postgresql_where=sa.text("released_at IS NULL")
        )
        batch_op.drop_index(
            "ix_order_hold_due",
            sqlite_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
            postgresql_where=sa.text("released_at IS NULL AND until IS NOT NULL"),
        )

    op.drop_table("order_hold")
    with op.batch_alter_table("kit_component", schema=None) as batch_op:
        batch_op.drop_index("ix_kit_component_part_id")

    op.drop_table("kit_component")
    with op.batch_alter_table("fulfilment_order", schema=None) as batch_op:
        batch_op.drop_index("ix_fulfilment_order_work")
        batch_op.drop_index("ix_fulfilment_order_order_id")
        batch_op.drop_index(
            "ix_fulfilment_order_errors", sqlite_where=sa.text("pack_errors > 0"), postgresql_where=sa.text("pack_errors > 0")
        )

    op.drop_table("fulfilment_order")
    op.drop_table("channel_location")
    op.drop_table("channel_buffer")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index("ix_allocation_order_id")
        batch_op.drop_index("ix_allocation_open", sqlite_where=sa.text("units > 0"), postgresql_where=sa.text("units > 0"))

    op.drop_table("allocation")
    op.drop_table("access_token")
    op.drop_table("user_account")
    op.drop_table("supplier")
    with op.batch_alter_table("stock_hold", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_stock_hold_due", sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'")
        )

    op.drop_table("stock_hold")
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.drop_index("ix_sku_name")

    op.drop_table("sku")
    with op.batch_alter_table("routing_rule_set", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_routing_rule_set_on", sqlite_where=sa.text("state = 'on'"), postgresql_where=sa.text("state = 'on'")
        )
        batch_op.drop_index(
            "uq_routing_rule_set_draft", sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'")
        )

    op.drop_table("routing_rule_set")
    op.drop_table("routing_decision")
    op.drop_table("role")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_orders_tracking_hash",
            sqlite_where=sa.text("tracking_hash IS NOT NULL"),
            postgresql_where=sa.text("tracking_hash IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_orders_channel_external_id",
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_orders_work")
        batch_op.drop_index("ix_orders_total")
        batch_op.drop_index("ix_orders_status")
        batch_op.drop_index(
            "ix_orders_shipped_at",
            sqlite_where=sa.text("shipped_at IS NOT NULL"),
            postgresql_where=sa.text("shipped_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_orders_ship_by")
        batch_op.drop_index(
            "ix_orders_readiness",
            sqlite_where=sa.text("readiness IS NOT NULL"),
            postgresql_where=sa.text("readiness IS NOT NULL"),
        )
        batch_op.drop_index("ix_orders_placed_at")
        batch_op.drop_index("ix_orders_phase")
        batch_op.drop_index(
            "ix_orders_open", sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'")
        )
        batch_op.drop_index(
            "ix_orders_customer_ref",
            sqlite_where=sa.text("customer_ref IS NOT NULL"),
            postgresql_where=sa.text("customer_ref IS NOT NULL"),
        )
        batch_op.drop_index("ix_orders_channel")

    op.drop_table("orders")
    op.drop_table("order_facet")
    with op.batch_alter_table("order_exception", schema=None) as batch_op:
        batch_op.drop_index("ix_order_exception_order_id")
        batch_op.drop_index(
            "ix_order_exception_open",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.drop_table("order_exception")
    op.drop_table("meta")
    op.drop_table("location")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_due")

    op.drop_table("job")
    op.drop_table("import_set_aside")
    op.drop_table("import_run")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_at"))

    op.drop_table("idempotency_key")
    op.drop_table("event_seal")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_unsealed", postgresql_where=sa.text("seq IS NULL"), sqlite_where=sa.text("seq IS NULL"))
        batch_op.drop_index("ix_event_order_id", sqlite_where=sa.text("order_id IS NOT NULL"))

    op.drop_table("event")
    op.drop_table("channel_rule")
