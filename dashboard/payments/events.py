"""What happened to money."""

from dashboard.kernel.events import event


@event("payment")
class PaymentRecorded:
    """One settled transaction. kind: authorization, capture, void or refund; the sums are those of the payment after it."""

    id: int
    version: int
    order_id: int
    kind: str
    amount: int
    currency: str
    provider: str
    method: str
    authorized: int
    captured: int
    refunded: int
    voided: int
    reason: dict | str | None = None
