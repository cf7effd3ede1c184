"""What an order must be like before anything is looked up: amounts in range, texts our databases can keep."""

import operator
from collections.abc import Iterator

from dashboard.kernel import text, units
from dashboard.kernel.errors import Invalid
from dashboard.orders import named
from dashboard.orders.commands import CaptureOrder
from dashboard.orders.model import Order, OrderLine

MOST_LINES = 2_000
MOST_METHOD = 40  # as payments' ledger has room for
PAY_ON = ("placing", "delivery", "invoice")
ON_SHORTAGE = ("refuse", "backorder")
_AMOUNT = "must be 0 or more, and in range"
ROOM = {column.name: column.type.length for column in Order.__table__.c if hasattr(column.type, "length")}
_PEOPLE_ROOM = [
    ROOM[name]
    for name in (
        *("channel", "external_id", "customer_ref", "customer_name", "email", "phone", "ship_name"),
        *("ship_line1", "ship_line2", "ship_city", "ship_region", "ship_postal_code", "ship_country"),
    )
]
_LINE_ROOM = {column.name: column.type.length for column in OrderLine.__table__.c if hasattr(column.type, "length")}

_LEAST_LINE_ROOM = min(_LINE_ROOM["sku_code"], _LINE_ROOM["name"])


def check(command: CaptureOrder) -> None:
    """Raises: Invalid, with a message per field."""
    units.digits(command.currency)
    fields = _faults(command) | _line_faults(command)
    if not _is_plain(command):
        fields |= {name: trouble for name, value, most in _texts(command) if (trouble := text.trouble(value, most))}
    if fields:
        raise Invalid(
            "The order cannot be taken as it is: " + "; ".join(f"{name}: {fault}" for name, fault in fields.items()) + ".",
            fields=fields,
        )


def _faults(command: CaptureOrder) -> dict[str, str]:
    faults = {}
    if not command.channel:
        faults["channel"] = "required"
    if not command.lines and not command.sold:
        faults["lines"] = "an order needs at least one line"
    if len(command.lines) > MOST_LINES:
        faults["lines"] = f"at most {MOST_LINES} lines"
    if not 0 <= command.shipping <= units.MOST_MINOR:
        faults["shipping_price"] = _AMOUNT
    if command.payment and not 0 <= command.payment.authorized <= units.MOST_MINOR:
        faults["payment.authorized"] = _AMOUNT
    if command.on_shortage not in ON_SHORTAGE:
        faults["on_shortage"] = " or ".join(ON_SHORTAGE)
    if command.pay_on not in PAY_ON:
        faults["pay_on"] = f"one of {', '.join(PAY_ON)}"
    return faults


def _line_faults(command: CaptureOrder) -> dict[str, str]:
    faults = {}
    for index, line in enumerate(command.lines):
        if not 1 <= line.quantity <= units.MOST_UNITS:
            faults[f"lines.{index}.quantity"] = f"between 1 and {units.MOST_UNITS}"
        if not 0 <= line.tax <= units.MOST_MINOR:
            faults[f"lines.{index}.tax"] = _AMOUNT
        if not 0 <= line.discount <= units.MOST_MINOR:
            faults[f"lines.{index}.discount"] = _AMOUNT
        if (line.taxes and (why := named.trouble(line.taxes, line.tax))) or (
            line.discounts and (why := named.trouble(line.discounts, line.discount))
        ):
            faults[f"lines.{index}.names"] = why
        if not 0 <= (line.unit_price_e4 or 0) <= units.MOST_MINOR:
            faults[f"lines.{index}.unit_price"] = _AMOUNT
    return faults


def _is_plain(command: CaptureOrder) -> bool:
    """Whether every text is surely one that can be kept: looked at all at once, because almost every order is."""
    customer, to = command.customer, command.ship_to
    people = (command.channel, command.external_id or "", customer.ref, customer.name, customer.email, customer.phone, to.name,
              to.line1, to.line2, to.city, to.region, to.postal_code, to.country)  # fmt: skip
    method = command.payment.method if command.payment else ""
    goods = [line.sku for line in command.lines] + [line.name for line in command.lines if line.name]
    return (
        all(map(operator.le, map(len, people), _PEOPLE_ROOM))
        and len(method) <= MOST_METHOD
        and max(map(len, goods), default=0) <= _LEAST_LINE_ROOM
        and "".join((*people, method, *goods)).isprintable()
    )


def _texts(command: CaptureOrder) -> Iterator[tuple[str, str, int]]:
    """Every text of the order that is not empty, with the room its column has."""
    customer = command.customer
    yield "channel", command.channel, ROOM["channel"]
    if command.external_id:
        yield "external_id", command.external_id, ROOM["external_id"]
    if customer.ref:
        yield "customer.ref", customer.ref, ROOM["customer_ref"]
    yield "customer.name", customer.name, ROOM["customer_name"]
    yield "customer.email", customer.email, ROOM["email"]
    yield "customer.phone", customer.phone, ROOM["phone"]
    for name, value in vars(command.ship_to).items():
        if value:
            yield f"shipping_address.{name}", value, ROOM[f"ship_{name}"]
    if command.payment:
        yield "payment.method", command.payment.method, MOST_METHOD
    for index, line in enumerate(command.lines):
        yield f"lines.{index}.sku", line.sku, _LINE_ROOM["sku_code"]
        if line.name:
            yield f"lines.{index}.name", line.name, _LINE_ROOM["name"]
