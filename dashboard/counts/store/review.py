"""One count as its approvers see it: expected, counted, worth, and what moved since."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.counts import rules
from dashboard.counts.model import CountLine, CountSchedule
from dashboard.counts.store.policies import policies
from dashboard.inventory.bin_model import BinMovement
from dashboard.inventory.model import StockBalance, StockMovement
from dashboard.kernel import units


@dataclass(frozen=True)
class ReviewLine:
    """One figure of one SKU. moved: on-hand units that moved after it was counted; available: what is free there now."""

    id: int
    sku_id: int
    sku: str
    name: str
    state: str
    round: int
    expected: int | None
    counted: int | None
    counter: str | None
    counter_name: str | None
    counted_at: dt.datetime | None
    decided_by_name: str | None
    decided_at: dt.datetime | None
    unit_price_e4: int
    currency: str
    moved: int
    available: int
    policy: rules.Policy
    tracks: str = "none"

    @property
    def variance(self) -> int | None:
        return None if self.counted is None or self.expected is None else self.counted - self.expected

    @property
    def value(self) -> int | None:
        """What the variance is worth at the SKU's price, in minor units."""
        return None if self.variance is None else units.extended(self.variance, self.unit_price_e4, self.currency)

    @property
    def within(self) -> bool:
        return self.expected is None or self.counted is None or rules.within_tolerance(self.expected, self.counted, self.policy)


def review_lines(connection: sa.Connection, count_id: int) -> list[ReviewLine]:
    """Every figure of the count, the largest variance in money first, the rounds of one SKU together."""
    moved = (
        sa.select(sa.func.coalesce(sa.func.sum(StockMovement.on_hand), 0))
        .where(
            StockMovement.sku_id == CountLine.sku_id,
            StockMovement.location_id == CountLine.location_id,
            StockMovement.id > CountLine.movement_id,
            sa.or_(StockMovement.key.is_(None), StockMovement.key != sa.literal("count-line:").concat(sa.cast(CountLine.id, sa.String))),
        )
        .scalar_subquery()
    )
    in_bin = (
        sa.select(sa.func.coalesce(sa.func.sum(BinMovement.units), 0))
        .where(
            BinMovement.bin_id == CountLine.bin_id,
            BinMovement.sku_id == CountLine.sku_id,
            BinMovement.id > CountLine.movement_id,
            sa.or_(
                BinMovement.kind != "counted", BinMovement.cause != sa.literal("count:").concat(sa.cast(CountLine.count_id, sa.String))
            ),
        )
        .scalar_subquery()
    )
    moved = sa.case((CountLine.bin_id.is_(None), moved), else_=in_bin)
    free = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine
    columns: list[Any] = [CountLine.__table__.c[name] for name in _LINE]
    known, here = policies(connection), CountSchedule.location_id == CountLine.location_id
    query = (
        sa.select(*columns, Sku.code, Sku.name, Sku.unit_price_e4, Sku.currency, moved, sa.func.coalesce(free, 0))
        .add_columns(Sku.tracks, CountSchedule.class_)
        .join(Sku, Sku.id == CountLine.sku_id)
        .outerjoin(
            StockBalance, sa.and_(StockBalance.sku_id == CountLine.sku_id, StockBalance.location_id == CountLine.location_id)
        )
        .outerjoin(CountSchedule, sa.and_(here, CountSchedule.sku_id == CountLine.sku_id))
        .where(CountLine.count_id == count_id)
    )
    names = (*_LINE, "sku", "name", "unit_price_e4", "currency", "moved", "available", "tracks", "policy")
    found = [
        ReviewLine(**{**dict(zip(names, row, strict=True)), "moved": int(row[-4]), "policy": known[row[-1] or "C"]})
        for row in connection.execute(query)
    ]
    worst: dict[int, int] = {}
    for line in found:
        worst[line.sku_id] = max(worst.get(line.sku_id, 0), abs(line.value or 0))
    return sorted(found, key=lambda line: (-worst[line.sku_id], line.sku, line.round))


_LINE = (
    "id",
    "sku_id",
    "state",
    "round",
    "expected",
    "counted",
    "counter",
    "counter_name",
    "counted_at",
    "decided_by_name",
    "decided_at",
)
