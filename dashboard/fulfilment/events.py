"""What happened in the warehouse and on the road."""

from dashboard.kernel.events import event


@event("order")
class SentEarly:
    """A person lets the order leave before the day its items are on sale."""

    id: int
    version: int
    order_id: int
    number: str
    reason: str


@event("fulfilment_order")
class WorkOpened:
    """later: not when the order was placed, but for units that waited or that another location could not send."""

    id: int
    version: int
    order_id: int
    number: str
    location_id: int
    units: int
    later: bool = False


@event("fulfilment_order")
class WorkMoved:
    """units: what this step handled."""

    id: int
    version: int
    order_id: int
    number: str
    location_id: int
    before: str
    after: str
    units: int
    reason: str | None = None


@event("parcel")
class ParcelShipped:
    id: int
    version: int
    order_id: int
    number: str
    location_id: int
    carrier: str
    tracking_number: str
    units: int


@event("parcel")
class ParcelMoved:
    id: int
    version: int
    order_id: int
    before: str
    after: str
    carrier: str
    tracking_number: str
