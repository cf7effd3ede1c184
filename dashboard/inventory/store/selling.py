"""Who may sell what, as it is read: rules of channels, how a SKU may be sold before it is here."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.channel_model import ChannelBuffer, ChannelLocation, ChannelRule, SkuBackorder
from dashboard.inventory.model import Location


class Selling(NamedTuple):
    """How one SKU may be sold before it is here. open_units: that wait now. As in channel_model.SkuBackorder."""

    policy: str = "default"
    cap: int | None = None
    open_units: int = 0
    preorder_from: dt.date | None = None
    preorder_cap: int | None = None

    def on_preorder(self, today: dt.date) -> bool:
        return self.preorder_from is not None and self.preorder_from > today


def rule_record(connection: sa.Connection, channel: str) -> dict[str, Any]:
    """A channel's rule as plain values; version 0: it has none, and sells everything from everywhere."""
    rule = connection.execute(sa.select(ChannelRule.__table__).where(ChannelRule.channel == channel)).first()
    if rule is None:
        return {"channel": channel, "locations": [], "buffer": 0, "buffers": {}, "version": 0}
    places = (
        sa.select(Location.code)
        .join(ChannelLocation, ChannelLocation.location_id == Location.id)
        .where(ChannelLocation.rule_id == rule.id)
        .order_by(Location.code)
    )
    buffers = (
        sa.select(Sku.code, ChannelBuffer.units)
        .join(ChannelBuffer, ChannelBuffer.sku_id == Sku.id)
        .where(ChannelBuffer.rule_id == rule.id)
        .order_by(Sku.code)
    )
    return {
        "channel": channel,
        "locations": list(connection.execute(places).scalars()),
        "buffer": rule.buffer,
        "buffers": {row.code: row.units for row in connection.execute(buffers)},
        "version": rule.version,
    }


def ruled_channels(connection: sa.Connection) -> dict[str, int]:
    """{channel: its own buffer} of the channels that have a rule."""
    rows = connection.execute(sa.select(ChannelRule.channel, ChannelRule.buffer).order_by(ChannelRule.channel).limit(200))
    return {row.channel: row.buffer for row in rows}


def selling(connection: sa.Connection, sku_id: int) -> Selling:
    columns = [getattr(SkuBackorder, name) for name in Selling._fields]
    found = connection.execute(sa.select(*columns).where(SkuBackorder.sku_id == sku_id)).first()
    return Selling(*found) if found else Selling()


class Preorder(NamedTuple):
    """A SKU that has a preorder date, past or to come. waiting: units that wait now."""

    available_from: dt.date
    cap: int | None
    waiting: int


def preorders(connection: sa.Connection, sku_ids: Iterable[int]) -> dict[int, Preorder]:
    """{SKU id: its preorder} of those that have a date."""
    wanted = sorted(set(sku_ids))
    columns = SkuBackorder.sku_id, SkuBackorder.preorder_from, SkuBackorder.preorder_cap, SkuBackorder.open_units
    query = sa.select(*columns).where(SkuBackorder.sku_id.in_(wanted), SkuBackorder.preorder_from.is_not(None))
    return {row[0]: Preorder(*row[1:]) for row in connection.execute(query)} if wanted else {}
