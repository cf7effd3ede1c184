"""What the API answers about transfers."""

from dashboard.api.schemas import Answer, Time


class TransferRow(Answer):
    """in_transit: units that left and neither arrived, nor were lost or sent back."""

    number: str
    status: str
    from_location: str
    to_location: str
    expected_on: str | None
    created_at: Time
    dispatched_at: Time | None
    closed_at: Time | None
    sku_count: int
    units: int
    in_transit: int
    version: int


class TransferList(Answer):
    items: list[TransferRow]
    next: str | None


class TransferLine(Answer):
    """in_transit = sent - received - damaged - lost - returned."""

    sku: str
    units: int
    sent: int
    received: int
    damaged: int
    lost: int
    returned: int
    in_transit: int


class TransferStep(Answer):
    """lines: units per SKU of this step."""

    step: str
    reason: str | None
    note: str
    lines: list[dict[str, str | int]]
    actor: str
    at: Time


class Transfer(TransferRow):
    note: str
    lines: list[TransferLine]
    steps: list[TransferStep]
