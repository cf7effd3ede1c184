"""What can be asked of bins. location, bin and the like: codes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CreateBins:
    """Bins that are walked to one after the other: the first at `pick_order`, each next one a step later."""

    location: str
    codes: tuple[str, ...]
    pick_order: int = 0
    pickable: bool = True


@dataclass(frozen=True)
class UpdateBin:
    """version: of the bin as the person saw it. The code is on a label; it stays."""

    location: str
    code: str
    version: int
    pick_order: int
    pickable: bool
    active: bool


@dataclass(frozen=True)
class PutAway:
    """Units of the location that lie in no bin go into one. sku: code or barcode.

    state: what they are, when the bin is not pickable: "sellable" (they are set aside now), or in "quarantine" or "damaged" already.
    """

    sku: str
    location: str
    bin: str
    units: int
    state: str = "sellable"


@dataclass(frozen=True)
class MoveUnits:
    """Units go from one bin to another of the same location; to_bin "" takes them out, into none. sku: code or barcode."""

    sku: str
    location: str
    from_bin: str
    to_bin: str
    units: int
