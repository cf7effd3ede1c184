"""What can be asked of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class CreateSku:
    """unit_price_e4: 1/10,000 of a unit of currency; weight_grams: of one unit; components: of a kit, (SKU code, units in one).

    tracks: one of rules.TRACKS.
    """

    code: str
    name: str
    barcode: str | None = None
    kind: str = "stock"
    unit_price_e4: int = 0
    currency: str = "GBP"
    weight_grams: int = 0
    active: bool = True
    components: Sequence[tuple[str, int]] = ()
    tracks: str = "none"


@dataclass(frozen=True)
class UpdateSku:
    """Change some fields of a SKU; `components` is a field of a kit: all its parts, [[SKU code, units in one]].

    version: as last seen. values: {field: new value}; base: {field: value as last seen}, so that changes others made to other
    fields meanwhile are kept; without it, any change in between is a conflict.
    """

    code: str
    version: int
    values: Mapping[str, Any]
    base: Mapping[str, Any] = field(default_factory=dict)
