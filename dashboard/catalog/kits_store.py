"""Kits as they are read: what one is made of, and which kits an item is a part of."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.catalog.kits import recipes
from dashboard.catalog.model import KitComponent, Sku
from dashboard.kernel.db import db


class Part(NamedTuple):
    """A part of a kit, or a kit of a part: sku_id, code and name are the other's. units: in one kit."""

    sku_id: int
    code: str
    name: str
    units: int
    active: bool


def parts_of(kit_ids: Iterable[int]) -> dict[int, list[Part]]:
    """What each kit is made of, in order of the parts' codes."""
    return _links(KitComponent.kit_id, KitComponent.part_id, kit_ids)


def kits_of(sku_ids: Iterable[int]) -> dict[int, list[Part]]:
    """The kits each item is a part of, in order of their codes."""
    return _links(KitComponent.part_id, KitComponent.kit_id, sku_ids)


def recipes_of(skus: Iterable[Sku]) -> Mapping[int, list[list]]:
    """[[SKU code, units]] of the kits among these SKUs, by their id."""
    kits = [sku.id for sku in skus if sku.kind == "kit"]
    return recipes(db.session.execute, kits) if kits else {}


def _links(of, other, ids: Iterable[int]) -> dict[int, list[Part]]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = (
        sa.select(of, Sku.id, Sku.code, Sku.name, KitComponent.units, Sku.active)
        .join(Sku, Sku.id == other)
        .where(of.in_(wanted))
        .order_by(of, Sku.code)
    )
    found: dict[int, list[Part]] = {}
    for owner, *link in db.session.execute(query):
        found.setdefault(owner, []).append(Part(*link))
    return found
