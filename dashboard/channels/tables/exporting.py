"""Stock and catalogue as CSV, streamed from the database: what comes out can go in again."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.channels.cells import formula_safe
from dashboard.channels.tables import columns
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.model import Location, StockBalance
from dashboard.inventory.store.cell import AVAILABLE
from dashboard.kernel import units
from dashboard.kernel.db import db

ROWS_AT_ONCE = 1_000
BOM = "\ufeff"
"""So that a spreadsheet reads the file as UTF-8."""


def stock_csv() -> Iterator[str]:
    """Every balance in order of SKU and location; expected is on hand, so that an import notices what moved meanwhile."""
    query = (
        sa.select(
            Sku.code, Location.code, StockBalance.on_hand, StockBalance.on_hand, StockBalance.safety, StockBalance.reorder_point,
            StockBalance.allocated, AVAILABLE,
        )
        .join(Sku, Sku.id == StockBalance.sku_id)
        .join(Location, Location.id == StockBalance.location_id)
        .order_by(Sku.code, Location.code)
    )  # fmt: skip
    return _text((*columns.STOCK, *columns.STOCK_EXTRA), _rows(db.engine, query))


def catalogue_csv() -> Iterator[str]:
    """Every SKU in order of its code."""
    fields = Sku.code, Sku.name, Sku.kind, Sku.barcode, Sku.unit_price_e4, Sku.currency, Sku.weight_grams, Sku.active
    query = (
        sa.select(*fields, SkuBackorder.preorder_from, SkuBackorder.preorder_cap)
        .outerjoin(SkuBackorder, SkuBackorder.sku_id == Sku.id)
        .order_by(Sku.code)
    )
    return _text(columns.CATALOGUE, map(_sku_cells, _rows(db.engine, query)))


def _sku_cells(row: Any) -> tuple[Any, ...]:
    code, name, kind, barcode, price_e4, currency, grams, active, preorder_from, cap = row
    return (code, name, kind, barcode, units.price_text(price_e4, currency), currency, grams, "yes" if active else "no", preorder_from, cap)


CSV = {"stock": stock_csv, "catalogue": catalogue_csv}


def _rows(engine: sa.Engine, query: sa.Select) -> Iterator[Any]:
    """One snapshot, a part at a time: the file is whole though people go on selling, and never in memory as a whole."""
    with engine.connect().execution_options(stream_results=True, yield_per=ROWS_AT_ONCE) as connection:
        yield from connection.execute(query)


def _text(header: Iterable[str], rows: Iterable[Any]) -> Iterator[str]:
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer)
    writer.writerow(header)
    for place, row in enumerate(rows, 1):
        writer.writerow([formula_safe(cell) for cell in row])
        if place % ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
