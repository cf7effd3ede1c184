"""SKUs as plain values for machines."""

from collections.abc import Sequence
from typing import Any

from dashboard.catalog.model import Sku
from dashboard.kernel import units


def sku_record(sku: Sku, recipe: Sequence[Sequence[Any]] = ()) -> dict[str, Any]:
    """recipe: of a kit, [[SKU code, units in one kit]]."""
    return {
        "sku": sku.code,
        "name": sku.name,
        "barcode": sku.barcode,
        "kind": sku.kind,
        "tracks": sku.tracks,
        "unit_price": units.price_text(sku.unit_price_e4, sku.currency),
        "currency": sku.currency,
        "weight_grams": sku.weight_grams,
        "active": sku.active,
        "components": [{"sku": code, "quantity": per} for code, per in recipe],
        "version": sku.version,
    }
