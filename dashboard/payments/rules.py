"""What a payment allows. Pure: amounts in minor units."""

from dashboard.kernel import units
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.states import StateTable

TRANSACTION = StateTable("payment transaction", ["pending", "authorized", "captured", "voided", "refunded"], {
    "pending": ("authorized", "captured", "requires_action", "failed", "unknown"),
    "requires_action": ("authorized", "captured", "failed"),
    "unknown": ("authorized", "captured", "voided", "refunded", "failed"),
    "authorized": ("voided", "expired", "captured"),
    "captured": ("disputed",),
    "disputed": ("won", "lost"),
    "failed": (), "voided": (), "expired": (), "refunded": (), "won": (), "lost": (),
})
SETTLED = {"authorization": "authorized", "capture": "captured", "void": "voided", "refund": "refunded"}


def capturable(authorized: int, captured: int, voided: int) -> int:
    return authorized - voided - captured


def refundable(captured: int, refunded: int) -> int:
    return captured - refunded


def check_amount(amount: int, most: int, what: str, currency: str) -> int:
    """Raises: Invalid, below 1; Conflict, above what the ledger allows (facts: most, wanted, as decimal strings)."""
    if amount < 1:
        raise Invalid("The amount must be above 0.", fields={"amount": "above 0"})
    if amount > most:
        ceiling, asked = units.decimal_text(most, currency), units.decimal_text(amount, currency)
        raise Conflict(f"At most {ceiling} {currency} can be {what}; {asked} was asked for.", most=ceiling, wanted=asked, currency=currency)
    return amount
