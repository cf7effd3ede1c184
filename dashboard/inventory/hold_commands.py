"""What can be asked of timed stock holds."""

from dataclasses import dataclass

MOST_MINUTES = 120
MOST_LINES = 100


@dataclass(frozen=True)
class HoldStock:
    """Keep units of SKUs for a channel's cart. lines: (SKU code, units), a SKU named twice counted together."""

    channel: str
    lines: tuple[tuple[str, int], ...]
    minutes: int


@dataclass(frozen=True)
class ExtendHold:
    """Keep it until `minutes` from now. channel: of the asker, None for one who sees all. version: as the asker saw it."""

    token: str
    minutes: int
    channel: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class ReleaseStockHold:
    token: str
    channel: str | None = None
