"""What happened to bins."""

from dashboard.kernel.events import event


@event("bin")
class BinCreated:
    id: int
    version: int
    code: str
    location: str


@event("bin")
class BinChanged:
    """changes: {field: [before, after]}."""

    id: int
    version: int
    code: str
    location: str
    changes: dict


@event("stock")
class BinsChanged:
    """Where units of one balance lie has changed; its units and its version did not. id: `sku_id:location_id`.

    bins: [[bin's code, units that came (or left: below 0), units there after]].
    """

    id: str
    version: int
    sku: str
    location: str
    kind: str
    bins: list
    cause: str | None = None
