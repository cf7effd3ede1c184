"""What the catalogue and the shelves say to the typed lines of an order, for every form that takes one."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dashboard.catalog import store as catalog
from dashboard.kernel import units
from dashboard.orders import draft, store
from dashboard.orders.commands import CaptureOrder
from dashboard.orders.draft import OrderDraft, TypedLine


class Known(NamedTuple):
    """What the catalogue and the shelves say about a typed line; stock: (place, balance or None) per location."""

    sku: Any
    stock: list[tuple[Any, Any]]


def known_of(lines: Iterable[TypedLine]) -> dict[int, Known]:
    """Per line index: its SKU, by code or by barcode, and its balances."""
    typed = {line.index: line.sku.strip() for line in lines if line.sku.strip()}
    skus = catalog.by_words(set(typed.values()))
    connection = store.reader()
    places = store.locations(connection) if skus else []
    stock = store.balances(connection, sorted({sku.id for sku in skus.values()}))
    return {
        index: Known(skus[word], [(place, stock.get((skus[word].id, place.id))) for place in places])
        for index, word in typed.items()
        if word in skus
    }


def by_code(command: CaptureOrder, sent: OrderDraft, known: Mapping[int, Known]) -> CaptureOrder:
    """The command with SKU codes where barcodes were scanned."""
    asked = [line for line in sent.lines if not line.is_blank]
    lines = []
    for typed, drafted in zip(asked, command.lines, strict=True):
        code = known[typed.index].sku.code if typed.index in known else drafted.sku
        typed.sku = code
        lines.append(type(drafted)(**{**drafted.__dict__, "sku": code}))
    return type(command)(**{**command.__dict__, "lines": tuple(lines)})


def prefill(typed: TypedLine, known: Mapping[int, Known]) -> None:
    """The catalogue's price where none was typed, and one unit."""
    if typed.index in known:
        sku = known[typed.index].sku
        typed.sku = sku.code
        typed.unit_price = typed.unit_price or units.price_text(sku.unit_price_e4, sku.currency)
        typed.quantity = typed.quantity or "1"
    elif typed.sku.strip():
        typed.errors["sku"] = f"There is no SKU or barcode {typed.sku.strip()[:40]}."


def page_values(shown: OrderDraft, key: str) -> dict[str, Any]:
    """What the form's template needs."""
    return {
        "draft": shown,
        "known": known_of(shown.lines),
        "key": key,
        "channels": list(draft.CHANNELS.items()),
        "currencies": [(code, code) for code in draft.CURRENCIES],
        "payments": list(draft.PAYMENTS.items()),
        "shortages": list(draft.SHORTAGES.items()),
        "blank": TypedLine(0),
    }
