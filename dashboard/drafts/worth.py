"""What a draft would cost by what is typed so far: its total, and line by line as a quote says it."""

from typing import Any, NamedTuple

from dashboard.catalog import store as catalog
from dashboard.drafts import rules, store
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid
from dashboard.orders import named
from dashboard.orders.commands import CaptureOrder
from dashboard.orders.draft import LINE, OrderDraft, TypedLine
from dashboard.orders.named import Named


class PricedLine(NamedTuple):
    """amount: units x unit price, in minor units. taxes, discounts: by name, '' for what has none."""

    name: str
    sku: str
    units: int
    price_e4: int
    amount: int
    taxes: tuple[Named, ...]
    discounts: tuple[Named, ...]


def total_of(sent: OrderDraft) -> int | None:
    """Minor units; None while something of it is missing. What was typed is not touched."""
    try:
        command = _command(sent)
        return _total(command, _priced(command))
    except Invalid:
        return None


def quote_facts(row: Any) -> dict[str, Any]:
    """A stored draft as the text of a quote says it (templates/notifications/quote.txt), as plain JSON values.

    Raises: Invalid, while something of it is missing, or it says until when it holds nowhere.
    """
    if row.kind != "quote" or row.valid_until is None:
        raise Invalid("Only a quote can be sent: save it as a quote, with the day it holds until.", fields={"kind": "a quote"})
    command = _command(rules.typed_of(store.document(row)))
    lines = _priced(command)
    taxes = named.by_name(entry for line in lines for entry in line.taxes)
    discounts = named.by_name(entry for line in lines for entry in line.discounts)
    shown = [{name: getattr(line, name) for name in ("name", "sku", "units", "price_e4", "amount")} for line in lines]
    return {
        "number": row.id,
        "customer_name": command.customer.name,
        "currency": command.currency,
        "lines": shown,
        "items": sum(line.amount for line in lines),
        "taxes": [list(entry) for entry in taxes],
        "discounts": [list(entry) for entry in discounts],
        "shipping": command.shipping,
        "total": _total(command, lines),
        "valid_until": row.valid_until.isoformat(),
    }


def address_of(row: Any) -> str:
    """The customer's e-mail address as typed, '' for none."""
    return str(store.document(row)["values"].get("customer_email", "")).strip()


def _command(sent: OrderDraft) -> CaptureOrder:
    lines = [TypedLine(line.index, *(getattr(line, name) for name in LINE)) for line in sent.lines]
    return OrderDraft(dict(sent.values), lines).command()


def _priced(command: CaptureOrder) -> list[PricedLine]:
    """Raises: Invalid, for an item without a price in this currency."""
    skus = catalog.by_words({line.sku for line in command.lines})
    found = []
    for line in command.lines:
        sku, price = skus.get(line.sku), line.unit_price_e4
        if price is None:
            if sku is None or sku.currency != command.currency:
                raise Invalid(f"{line.sku} has no price in {command.currency} yet; type one.")
            price = sku.unit_price_e4
        name, code = (sku.name, sku.code) if sku else (line.name or line.sku, line.sku)
        amount = units.extended(line.quantity, price, command.currency)
        taxes, discounts = _named(line.taxes, line.tax), _named(line.discounts, line.discount)
        found.append(PricedLine(name, code, line.quantity, price, amount, taxes, discounts))
    return found


def _named(names: tuple[Named, ...], amount: int) -> tuple[Named, ...]:
    return names or ((Named("", amount),) if amount else ())


def _total(command: CaptureOrder, lines: list[PricedLine]) -> int:
    more = sum(line.amount + named.summed(line.taxes) - named.summed(line.discounts) for line in lines)
    return command.shipping + more
