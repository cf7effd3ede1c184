"""The form of a new order: what was typed, as it was typed; the command it means; complaints beside their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.kernel import units
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.orders import named
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft
from dashboard.orders.named import Named

SPARE_LINES = 3
MOST_LINES = 200
CHANNELS = {"phone": "Phone", "email": "E-mail", "counter": "Shop counter"}
CURRENCIES = ("GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "NZD", "CZK", "HUF", "INR", "SGD", "ZAR", "JPY", "KWD")
PAYMENTS = {
    "bank_transfer": "Bank transfer: ship when it has arrived",
    "cash_on_delivery": "Cash on delivery",
    "invoice": "Invoice: ship first",
    "paid": "Paid already",
}
PAY_ON = {"bank_transfer": "placing", "cash_on_delivery": "delivery", "invoice": "invoice", "paid": "placing"}
SHORTAGES = {"refuse": "Refuse the order", "backorder": "Take it and backorder what is missing"}
TEXTS = (
    "customer_name",
    "customer_email",
    "customer_phone",
    "ship_name",
    "ship_line1",
    "ship_line2",
    "ship_city",
    "ship_region",
    "ship_postal_code",
    "ship_country",
    "shipping",
)
CHOICES = {"channel": CHANNELS, "currency": dict.fromkeys(CURRENCIES), "payment": PAYMENTS, "on_shortage": SHORTAGES}
LINE = ("sku", "quantity", "unit_price", "tax", "discount", "tax_name", "discount_name")
FIELD_OF = {"shipping_price": "shipping", "lines": "lines"}


@dataclass
class TypedLine:
    """One line as typed. index: its place in the names of the fields (lines-<index>-sku). tax_name, discount_name: as in named.typed."""

    index: int
    sku: str = ""
    quantity: str = ""
    unit_price: str = ""
    tax: str = ""
    discount: str = ""
    tax_name: str = ""
    discount_name: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.sku.strip() or self.unit_price.strip())


@dataclass
class OrderDraft:
    """values: typed text by field; errors: complaints by field, `lines` for the lines as a whole."""

    values: dict[str, str]
    lines: list[TypedLine]
    errors: dict[str, str] = field(default_factory=dict)

    def command(self) -> CaptureOrder:
        """What the form means.

        Raises: Invalid, after putting every complaint beside its field.
        """
        value = self.values
        for name, choices in CHOICES.items():
            if value[name] not in choices:
                self.errors[name] = "Choose one of the list."
        lines = tuple(read_line(line, value["currency"]) for line in self.lines if not line.is_blank)
        shipping = 0
        try:
            shipping = units.minor(value["shipping"] or "0", value["currency"], "shipping")
        except Invalid as error:
            self.errors["shipping"] = error.message
        if not lines:
            self.errors["lines"] = "An order needs at least one line: type a SKU or scan a barcode."
        if self.errors or any(line.errors for line in self.lines):
            raise Invalid("The order is not complete yet; look at the marked fields.")
        return CaptureOrder(
            channel=value["channel"],
            currency=value["currency"],
            lines=tuple(line for line in lines if line is not None),
            customer=Customer(value["customer_name"], value["customer_email"], value["customer_phone"]),
            ship_to=Address(**{name.removeprefix("ship_"): value[name] for name in TEXTS if name.startswith("ship_")}),
            shipping=shipping,
            payment=PaymentDraft("manual", 0, value["payment"]),
            on_shortage=value["on_shortage"],
            pay_on=PAY_ON[value["payment"]],
        )

    def complain(self, error: DomainError) -> None:
        """Put what the action refused beside the fields it is about."""
        asked = [line for line in self.lines if not line.is_blank]
        for short in error.facts.get("short", ()):
            for line in asked:
                if line.sku.strip().upper() == short["sku"]:
                    more = f", {short['backorder']} more can be backordered" if "backorder" in short else ""
                    line.errors["quantity"] = f"{short['wanted']} wanted, {short['available']} available{more}"
        for name, message in error.facts.get("fields", {}).items():
            first, _, rest = name.partition(".")
            if first == "lines" and rest:
                place, _, what = rest.partition(".")
                asked[int(place)].errors[{"names": "tax_name"}.get(what, what)] = message
            else:
                self.errors[_field(name)] = message
        if not self.errors and not any(line.errors for line in self.lines):
            self.errors["lines"] = error.message


def _field(name: str) -> str:
    group, _, what = name.partition(".")
    prefix = {"customer": "customer_", "shipping_address": "ship_"}.get(group)
    return f"{prefix}{what}" if prefix and what else FIELD_OF.get(name, name)


def read_line(line: TypedLine, currency: str) -> DraftLine | None:
    """What a line means; None, with complaints beside its fields, where it means nothing."""
    quantity, price = 1, None
    if not line.sku.strip():
        line.errors["sku"] = "Type a SKU or scan a barcode."
    try:
        quantity = units.whole_units(line.quantity or "1")
    except Invalid as error:
        line.errors["quantity"] = error.message
    try:
        price = units.price_e4(line.unit_price) if line.unit_price.strip() else None
    except Invalid as error:
        line.errors["unit_price"] = error.message
    if currency in CURRENCIES:
        (tax, taxes), (discount, discounts) = _amount(line, "tax", currency), _amount(line, "discount", currency)
        return None if line.errors else DraftLine(line.sku.strip(), quantity, price, tax, discount, None, taxes, discounts)
    return None


def _amount(line: TypedLine, name: str, currency: str) -> tuple[int, tuple[Named, ...]]:
    """A tax or discount, and its names."""
    amount = 0
    try:
        amount = units.minor(getattr(line, name).strip() or "0", currency, name)
        return amount, named.read(getattr(line, f"{name}_name"), amount, currency)
    except Invalid as error:
        line.errors[f"{name}_name" if amount else name] = error.message
        return 0, ()


def read_draft(sent: Mapping[str, str]) -> OrderDraft:
    """The form as it was sent; empty for a new one."""
    values = {name: sent.get(name, "") for name in TEXTS}
    defaults = {"channel": "phone", "currency": "GBP", "payment": "bank_transfer", "on_shortage": "refuse"}
    values |= {name: sent.get(name, default) for name, default in defaults.items()}
    return OrderDraft(values, read_lines(sent) or [TypedLine(index) for index in range(SPARE_LINES)])


def read_lines(sent: Mapping[str, str]) -> list[TypedLine]:
    """The lines by their index in the field names."""
    indexes = sorted({int(name.split("-")[1]) for name in sent if name.startswith("lines-") and name.split("-")[1].isdecimal()})
    return [
        TypedLine(index, *(sent.get(f"lines-{index}-{name}", "") for name in LINE))
        for index in indexes[:MOST_LINES]
    ]
