"""What can be asked of payments. Amounts are minor units of the order's currency."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AuthorizePayment:
    order_id: int
    amount: int
    provider: str = "manual"
    method: str = ""
    provider_ref: str | None = None


@dataclass(frozen=True)
class CapturePayment:
    """amount: None for what the order still costs, as far as it is authorized."""

    payment_id: int
    amount: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class VoidPayment:
    """amount: None for all that is authorized and not captured."""

    payment_id: int
    version: int | None = None
    amount: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class ReleaseSurplus:
    """Give back what a completed order's payments need not bring in."""

    order_id: int


@dataclass(frozen=True)
class RefundPayment:
    payment_id: int
    amount: int
    reason: str = ""
    version: int | None = None
