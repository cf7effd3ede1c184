"""The exceptions desk: who has an exception, until when it sleeps, what was done; comments with mentions; when somebody was here.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from dashboard.kernel.columns import BigId, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = sa.text("resolved_at IS NULL")
MINE = sa.text("resolved_at IS NULL AND assignee_id IS NOT NULL")
ASLEEP = sa.text("resolved_at IS NULL AND snoozed_until IS NOT NULL")
UNSEEN = sa.text("seen_at IS NULL")


def upgrade() -> None:
    for column in (
        sa.Column("occurrence", sa.String(80), nullable=False, server_default=""),
        sa.Column("times", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("snoozed_until", Instant(), nullable=True),
        sa.Column("resolution", sa.String(300), nullable=True),
        sa.Column("cleared", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("order_exception", column)
    for name, columns, where in (
        ("ix_order_exception_open_kind", ["kind", "opened_at"], OPEN),
        ("ix_order_exception_assignee_id", ["assignee_id", "opened_at"], MINE),
        ("ix_order_exception_snoozed_until", ["snoozed_until"], ASLEEP),
    ):
        op.create_index(name, "order_exception", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_order_exception_resolved_at", "order_exception", ["resolved_at", "id"])
    _make_steps()
    _make_mentions()
    op.create_table(
        "desk_visit",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("since_seq", sa.BigInteger(), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("seen_seq", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_desk_visit")),
    )


def _make_steps() -> None:
    op.create_table(
        "order_exception_step",
        sa.Column("id", BigId, nullable=False),
        sa.Column("exception_id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("said", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["exception_id"], ["order_exception.id"], name=op.f("fk_order_exception_step_exception_id_order_exception")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_exception_step")),
    )
    op.create_index("ix_order_exception_step_exception_id", "order_exception_step", ["exception_id", "id"])


def _make_mentions() -> None:
    for column in (
        sa.Column("author_ref", sa.String(64), nullable=False, server_default=""),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.Column("deleted_at", Instant(), nullable=True),
    ):
        op.add_column("order_note", column)
    op.create_table(
        "mention",
        sa.Column("id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("note_id", BigId, nullable=False),
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mention_user_id_user_account")),
        sa.ForeignKeyConstraint(["note_id"], ["order_note.id"], name=op.f("fk_mention_note_id_order_note")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_mention_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("note_id", "user_id", name=op.f("uq_mention_note_id_user_id")),
    )
    op.create_index("ix_mention_unseen", "mention", ["user_id", "id"], sqlite_where=UNSEEN, postgresql_where=UNSEEN)


def downgrade() -> None:
    pass
