"""Fulfilment orders and parcels in answers."""

from dashboard.api.schemas.answer import Answer, Id, Time


class WorkLine(Answer):
    """sku: what is to be picked; kit: the code of the kit it is a part of, null for none."""

    id: Id
    line: int
    sku: str
    name: str
    kit: str | None
    quantity: int
    picked: int
    packed: int


class Parcel(Answer):
    id: Id
    status: str
    carrier: str
    tracking_number: str
    weight_grams: int
    expected_at: Time | None
    handed_over_at: Time | None
    delivered_at: Time | None
    version: int


class FulfilmentOrder(Answer):
    id: Id
    number: str
    order: str
    location: str
    status: str
    created_at: Time
    released_at: Time | None
    picked_at: Time | None
    packed_at: Time | None
    shipped_at: Time | None
    version: int
    lines: list[WorkLine]
    parcels: list[Parcel]


class FulfilmentOrderList(Answer):
    items: list[FulfilmentOrder]
    next: None
