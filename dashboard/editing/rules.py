"""What of an order can be changed, under which names, and until when. Pure."""

import datetime as dt
from typing import Any

from dashboard.editing.facts import Facts, LineFacts
from dashboard.orders import named

ADDRESS = ("name", "line1", "line2", "city", "region", "postal_code", "country")
HEADER = (*(f"ship_{name}" for name in ADDRESS), "shipping_method", "priority", "shipping")
ON_SHORTAGE = ("refuse", "backorder")
UNDO_WITHIN = dt.timedelta(hours=24)
MOST_LINES = 2_000
CUTTABLE = ("allocated", "released", "picking", "picked")
"""Work whose units can still be taken off, those first that cost the least trouble."""


def field_of(line_id: int, name: str) -> str:
    """'line:12:quantity'."""
    return f"line:{line_id}:{name}"


def split_field(field: str) -> tuple[int | None, str]:
    """(order line id, name) of a field; None for one of the order itself."""
    first, _, rest = field.partition(":")
    if first != "line":
        return None, field
    line_id, _, name = rest.partition(":")
    return (int(line_id), name) if line_id.isascii() and line_id.isdigit() else (None, field)


def fields_of(facts: Facts) -> dict[str, Any]:
    """Everything that can be changed, by field name, as it is now."""
    found = {name: facts.header[name] for name in HEADER}
    for line in facts.lines:
        found |= {field_of(line.id, name): value for name, value in line_fields(line).items()}
    return found


def line_fields(line: LineFacts) -> dict[str, Any]:
    numbers = {"quantity": line.live, "unit_price_e4": line.unit_price_e4, "discount": line.discount, "tax": line.tax}
    return {**numbers, "discounts": named.encode(line.discounts), "taxes": named.encode(line.taxes)}


def sealed(line: LineFacts) -> str:
    """Why the price of a line is final, '' while it is not. A service is packed from the start: its price is not."""
    if line.kind == "service" and not line.shipped:
        return ""
    if line.shipped:
        return f"{line.shipped} of {line.live} units are shipped"
    return f"{line.packed} of {line.live} units are packed" if line.packed else ""


def handed_over(facts: Facts) -> str:
    """Why address, shipping and priority are final, '' while they are not."""
    if any(line.packed for line in facts.lines if line.kind != "service"):
        return "a parcel is packed"
    return "" if to_send(facts) else "everything is packed or shipped"


def to_send(facts: Facts) -> bool:
    """Whether anything of the order is still to be packed. An order of services alone has no parcel: it is open until they are paid."""
    goods = [line for line in facts.lines if line.kind != "service"]
    if not goods:
        return True
    return any(line.backordered + line.allocated + line.picked for line in goods) or not any(line.live for line in goods)


def reducible(line: LineFacts) -> int:
    """Units that can still be taken off the line."""
    if line.kind == "service":
        return line.backordered + line.packed
    return line.backordered + sum(share.units for share in line.shares if share.status in CUTTABLE)
