"""The manual provider: cash on delivery, bank transfer, card terminal. People confirm the money; there is no network."""

from dashboard.payments.port import Result, register


class Manual:
    key = "manual"
    label = "Manual"
    offline = True
    voids_in_part = True
    methods = {
        "bank_transfer": "Bank transfer",
        "cash_on_delivery": "Cash on delivery",
        "card_terminal": "Card terminal",
        "paid": "Paid elsewhere",
    }

    def authorize(self, amount: int, currency: str, key: str) -> Result:
        return Result("authorized", None)

    def capture(self, ref: str | None, amount: int, currency: str, key: str) -> Result:
        return Result("captured", None)

    def void(self, ref: str | None, key: str) -> Result:
        return Result("voided", None)

    def refund(self, ref: str | None, amount: int, currency: str, key: str) -> Result:
        return Result("refunded", None)


register(Manual())
