"""What the API answers about bins."""

from dashboard.api.schemas import Answer


class BinRow(Answer):
    """units: of every SKU in it."""

    location: str
    code: str
    pick_order: int
    pickable: bool
    active: bool
    version: int
    sku_count: int
    units: int


class BinList(Answer):
    items: list[BinRow]
    next: str | None


class BinCodes(Answer):
    location: str
    codes: list[str]


class BinContent(Answer):
    sku: str
    units: int


class Bin(BinRow):
    contents: list[BinContent]


class Placed(Answer):
    """bin: where the units went, null for none; in_bin: units of the SKU there now; loose: units of it in no bin of the location."""

    location: str
    sku: str
    bin: str | None
    units: int
    in_bin: int
    loose: int
