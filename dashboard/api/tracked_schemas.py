"""What the API answers about lots and serial numbers."""

from dashboard.api.schemas import Answer, Id, Time


class LotPlace(Answer):
    """picked: for orders that have not shipped; set_aside: expired, in quarantine. state: fresh, soon (within 30 days) or expired."""

    location: str
    units: int
    picked: int
    set_aside: int
    state: str


class StockLot(Answer):
    """expires_on: its last good day."""

    id: Id
    sku: str
    lot: str
    expires_on: str
    state: str
    units: int
    locations: list[LotPlace]


class LotList(Answer):
    items: list[StockLot]
    next: str | None


class LotOrder(Answer):
    """An order with units of a lot. picked: not shipped yet; returned: of those shipped."""

    order: str
    picked: int
    shipped: int
    returned: int


class LotOrders(Answer):
    lot: StockLot
    orders: list[LotOrder]


class SerialNumber(Answer):
    """state: in_stock, picked, in_transit, shipped or scrapped. order: number of the order that has it."""

    id: Id
    serial: str
    sku: str
    state: str
    location: str | None
    order: str | None
    changed_at: Time


class SerialList(Answer):
    items: list[SerialNumber]
    next: str | None
