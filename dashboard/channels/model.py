"""Imported files: what was asked, how far it is, what became of every row, and the rows that are no order."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base, BigId


class ImportRun(Base):
    """One import of one file. mode: orders (open orders), history (sold and shipped at the row's own time), stock or catalogue.

    channel: empty for stock and catalogue. mapping: name of the shipped mapping or of the caller's file. upload: name of the
    stored upload in the instance folder, None for the command line. rows_total: rows the file has, known once it is read;
    rows_read: rows dealt with so far.
    report: JSON with the count of rows per outcome; the counts sum to rows_read. message: why it failed.
    errors_path: name of the file of row errors, to download.
    """

    __tablename__ = "import_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(40))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    mapping: Mapped[str] = mapped_column(sa.String(80))
    mode: Mapped[str] = mapped_column(sa.String(12))
    dry_run: Mapped[bool] = mapped_column(default=False)
    upload: Mapped[str | None] = mapped_column(sa.String(80))
    status: Mapped[str] = mapped_column(sa.String(12))
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_read: Mapped[int] = mapped_column(default=0)
    report: Mapped[str] = mapped_column(sa.Text, default="{}")
    message: Mapped[str | None] = mapped_column(sa.Text)
    errors_path: Mapped[str | None] = mapped_column(sa.String(300))
    started_by: Mapped[str] = mapped_column(sa.String(120))
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class SetAsideRow(Base):
    """A row that is no order and no return (a journal entry, a stock correction), kept as the file had it.

    key: what makes the row the same row in the next import. units: signed, None where the file says no whole number.
    cells: JSON of the mapped cells.
    """

    __tablename__ = "import_set_aside"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str] = mapped_column(sa.String(80))
    row_class: Mapped[str] = mapped_column(sa.String(40))
    external_id: Mapped[str] = mapped_column(sa.String(120))
    sku_code: Mapped[str] = mapped_column(sa.String(64))
    customer_ref: Mapped[str | None] = mapped_column(sa.String(120))
    units: Mapped[int | None]
    at: Mapped[dt.datetime | None]
    cells: Mapped[str] = mapped_column(sa.Text)
    __table_args__ = (sa.UniqueConstraint("channel", "key"),)
