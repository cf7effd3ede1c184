"""Imported files: what was asked, how far it is, and what became of every row."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class ImportRun(Base):
    """One import of one file. mode: orders (open orders) or history (sold and shipped at the row's own time).

    report: JSON with the count of rows per outcome; the counts sum to rows_read. errors_path: the row errors as CSV, to download.
    """

    __tablename__ = "import_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(40))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    mode: Mapped[str] = mapped_column(sa.String(12))
    dry_run: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(sa.String(12))
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_read: Mapped[int] = mapped_column(default=0)
    report: Mapped[str] = mapped_column(sa.Text, default="{}")
    errors_path: Mapped[str | None] = mapped_column(sa.String(300))
    started_by: Mapped[str] = mapped_column(sa.String(120))
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)
