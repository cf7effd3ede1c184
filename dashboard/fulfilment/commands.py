"""What can be asked of the warehouse. version: of the fulfilment order as the person saw it, None to skip that check."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.inventory.tracked_units import Given


@dataclass(frozen=True)
class ReleaseWork:
    id: int
    version: int | None = None


@dataclass(frozen=True)
class PickUnits:
    """units: {fulfilment line id: units picked now}; None for all that is left. told: {line id: codes of bins they were looked for in}.

    given: the lots or serial numbers taken, per fulfilment line id; lots go earliest expiry first without.
    """

    id: int
    units: Mapping[int, int] | None = None
    version: int | None = None
    told: Mapping[int, Sequence[str]] = field(default_factory=dict)
    given: Mapping[int, Given] = field(default_factory=dict)


@dataclass(frozen=True)
class ShortPick:
    """Nothing more can be found: what is not picked goes back to the order as backordered."""

    id: int
    reason: str = "not_found"
    version: int | None = None


@dataclass(frozen=True)
class RejectWork:
    """This location cannot send it. reason: one of rules.REJECT_REASONS."""

    id: int
    reason: str
    version: int | None = None


@dataclass(frozen=True)
class PackUnits:
    """errors: wrong, missing or extra items that packing found after picking was closed."""

    id: int
    units: Mapping[int, int] | None = None
    errors: int = 0
    version: int | None = None


@dataclass(frozen=True)
class ShipParcel:
    id: int
    carrier: str
    tracking_number: str
    weight_grams: int = 0
    expected_at: dt.datetime | None = None
    version: int | None = None


@dataclass(frozen=True)
class MoveParcel:
    """What the carrier says: the parcel's new status, and when."""

    parcel_id: int
    status: str
    at: dt.datetime | None = None


@dataclass(frozen=True)
class CancelOrder:
    """reason: one of orders.rules.CANCEL_REASONS. version: of the order as the person saw it. notify: tell the customer."""

    order_id: int
    reason: str
    version: int | None = None
    notify: bool = False


@dataclass(frozen=True)
class SendEarly:
    """Let an order leave before its items' preorder dates. reason: why, in words. version: of the order as the person saw it."""

    order_id: int
    reason: str
    version: int | None = None


@dataclass(frozen=True)
class AllocateOrder:
    """Take what stock has now for the order's backordered units. version: of the order as the person saw it."""

    order_id: int
    version: int | None = None


@dataclass(frozen=True)
class FillBackorders:
    """Give what a SKU has now to the orders that wait for it, first come first served. skip: orders at the head that stay waiting."""

    sku_id: int
    skip: int = 0
