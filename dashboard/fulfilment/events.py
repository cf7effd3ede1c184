"""What happened in the warehouse and on the road."""

from dashboard.kernel.events import event


@event("fulfilment_order")
class WorkOpened:
    id: int
    version: int
    order_id: int
    number: str
    location_id: int
    units: int


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
