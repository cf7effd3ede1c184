"""How a draft moves, how long a quote holds, and the form of an order as a document and back. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.kernel import units
from dashboard.kernel.errors import Invalid
from dashboard.kernel.states import StateTable
from dashboard.orders import named
from dashboard.orders.draft import CHOICES, LINE, TEXTS, OrderDraft, TypedLine, read_draft
from dashboard.orders.named import Named

DRAFT = StateTable("draft", ["draft"], {"draft": ("open", "discarded"), "open": (), "discarded": ()})
KINDS = {"draft": "Draft", "quote": "Quote"}


def has_ended(kind: str, valid_until: dt.date | None, today: dt.date) -> bool:
    """Whether a quote's last day is over."""
    return kind == "quote" and valid_until is not None and valid_until < today


def check_kind(kind: str, valid_until: dt.date | None, today: dt.date) -> None:
    """Raises: Invalid (facts: fields), for a quote without a last day, or with one that is over."""
    if kind not in KINDS:
        raise Invalid("Choose draft or quote.", fields={"kind": "draft or quote"})
    if kind == "quote" and valid_until is None:
        raise Invalid("Say until when the quote holds.", fields={"valid_until": "required for a quote"})
    if has_ended(kind, valid_until, today):
        raise Invalid("A quote holds until today or later.", fields={"valid_until": "in the past"})


def document_of(typed: OrderDraft) -> dict[str, Any]:
    """The form as it was typed; blank lines are left out."""
    lines = [[getattr(line, name) for name in LINE] for line in typed.lines if not line.is_blank]
    return {"values": dict(typed.values), "lines": lines}


def typed_of(document: Mapping[str, Any]) -> OrderDraft:
    """The form of a document, with one spare line."""
    empty = read_draft({})
    values = {name: str(document["values"].get(name, empty.values[name])) for name in (*TEXTS, *CHOICES)}
    lines = [TypedLine(place, *line) for place, line in enumerate(document["lines"])]
    return OrderDraft(values, [*lines, TypedLine(len(lines))])


def copy_of(order: Any, lines: Any, names: Mapping[tuple[int, str], Sequence[Named]]) -> dict[str, Any]:
    """An order as the document of a new one: the units that were wanted, at the prices that were paid; no payment, no promise."""
    currency = order.currency
    values = {name: getattr(order, name) for name in TEXTS if name.startswith("ship_")}
    values |= {"customer_name": order.customer_name, "customer_email": order.email, "customer_phone": order.phone}
    values |= {"shipping": units.decimal_text(order.shipping, currency), "currency": currency}
    found = [
        [
            line.sku_code,
            str(line.ordered - line.cancelled or line.ordered),
            units.price_text(line.unit_price_e4, currency),
            units.decimal_text(line.tax, currency) if line.tax else "",
            units.decimal_text(line.discount, currency) if line.discount else "",
            named.typed(names.get((line.id, "tax"), ()), currency),
            named.typed(names.get((line.id, "discount"), ()), currency),
        ]
        for line in lines
        if line.credited < line.ordered or not any(one.credited < one.ordered for one in lines)
    ]
    return {"values": values, "lines": found}
