"""What every payment provider adapter must do, and the registry of those there are."""

from typing import NamedTuple, Protocol


class Result(NamedTuple):
    """What a provider answered. status: authorized, captured, voided, refunded, failed or unknown; ref: its own id."""

    status: str
    ref: str | None
    message: str = ""


class PaymentProvider(Protocol):
    """One provider. `offline` providers answer at once and touch no network: people confirm the money themselves.

    voids_in_part: whether less than all of a promise can be given back.
    """

    key: str
    label: str
    offline: bool
    voids_in_part: bool
    methods: dict[str, str]

    def authorize(self, amount: int, currency: str, key: str) -> Result: ...

    def capture(self, ref: str | None, amount: int, currency: str, key: str) -> Result: ...

    def void(self, ref: str | None, key: str) -> Result: ...

    def refund(self, ref: str | None, amount: int, currency: str, key: str) -> Result: ...


PROVIDERS: dict[str, PaymentProvider] = {}


def register(provider: PaymentProvider) -> PaymentProvider:
    PROVIDERS[provider.key] = provider
    return provider
