"""One count as its counters see it: no figure at all, neither what is expected nor what others found."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.catalog.model import Sku
from dashboard.counts.model import CountLine


class BlindLine(NamedTuple):
    """One SKU of a count as its latest line stands. not_by: who counted it before and may not count it again (their ref)."""

    line_id: int
    sku_id: int
    sku: str
    name: str
    barcode: str | None
    state: str
    round: int
    on_it: str | None
    on_it_name: str | None
    on_it_at: dt.datetime | None
    counter: str | None
    counter_name: str | None
    counted_at: dt.datetime | None
    not_by: str | None
    not_by_name: str | None


def blind_lines(connection: sa.Connection, count_id: int, codes: Sequence[str] = ()) -> list[BlindLine]:
    """The SKUs of a count in the order of their codes; only these codes, when some are given."""
    earlier = aliased(CountLine)
    query = (
        sa.select(
            CountLine.id,
            CountLine.sku_id,
            Sku.code,
            Sku.name,
            Sku.barcode,
            CountLine.state,
            CountLine.round,
            CountLine.on_it,
            CountLine.on_it_name,
            CountLine.on_it_at,
            CountLine.counter,
            CountLine.counter_name,
            CountLine.counted_at,
            earlier.counter,
            earlier.counter_name,
        )
        .join(Sku, Sku.id == CountLine.sku_id)
        .outerjoin(earlier, earlier.id == CountLine.recount_of)
        .where(CountLine.count_id == count_id, CountLine.state != "recount")
        .order_by(Sku.code)
    )
    if codes:
        query = query.where(Sku.code.in_(codes))
    return [BlindLine(*row) for row in connection.execute(query)]
