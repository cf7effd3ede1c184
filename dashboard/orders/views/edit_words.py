"""Changes of orders in words: edits, splits, merges."""

from collections.abc import Mapping
from typing import Any

from dashboard.orders.fields import AMOUNTS, LABELS, NAMES_OF, PRIORITIES, SHIPPING_METHODS
from dashboard.orders.rules import CANCEL_REASONS
from dashboard.orders.views.telling import Said, Telling, in_words
from dashboard.web.filters import money, number, price

PLAIN_EDITS = frozenset({"quantity", "priority", "shipping_method"})
HEADS = {"edit": "Order changed", "undo": "Change taken back", "cancel": "Part cancelled", "split": "Order split", "merge": "Orders merged"}


def edited(data: Mapping[str, Any], telling: Telling) -> Said:
    """An edit, an undo, a part that was cancelled."""
    full, currency = telling.sight.full, data["currency"]
    is_repriced = full and data["total"] != data["total_before"]
    details = [f"Total: {money(data['total_before'], currency)} → {money(data['total'], currency)}"] if is_repriced else []
    beside = telling.edits.get(data["edit_id"], {})
    details += [_changed(*change, currency, beside) for change in data["changes"] if full or change[0] in PLAIN_EDITS]
    details += [f"{number(units)} × {sku} added" for sku, units in data["added"]]
    reason = CANCEL_REASONS.get(data["reason"], data["reason"]) if data["kind"] == "cancel" else data["reason"] if full else ""
    return Said(9, "status money" if full else "status", "pencil", HEADS[data["kind"]] + (f": {reason}" if reason else ""), tuple(details))


def split(data: Mapping[str, Any], telling: Telling) -> Said:
    """Units went to another order, or came from one."""
    return _went(data, telling, f"Split: units went to #{data['other']}", f"Split from #{data['other']}")


def merged(data: Mapping[str, Any], telling: Telling) -> Said:
    """Two orders became one."""
    return _went(data, telling, f"Merged into #{data['other']}", f"#{data['other']} was merged into this order")


def _went(data: Mapping[str, Any], telling: Telling, away: str, here: str) -> Said:
    details = [f"{number(units)} × {sku}" for sku, units in data["moved"][:12]]
    if data.get("reshelved"):
        details.append(f"{number(data['reshelved'])} picked already: back to the shelf, to be picked again")
    if telling.sight.full and data["carried"]:
        where = f"here counts for #{data['other']}" if data["away"] else f"on #{data['other']} counts here"
        details.append(f"{money(data['carried'], data['currency'])} promised or paid {where}")
    return Said(9, "status money", "external" if data["away"] else "plus", away if data["away"] else here, tuple(details))


def _changed(name: str, sku: str, before: Any, after: Any, currency: str, beside: Mapping[str, Any]) -> str:
    label = f"{sku}: {LABELS[name]}" if sku else LABELS.get(name, in_words(name).capitalize())
    if name.startswith("ship_"):
        was, now = beside.get(name, ("", ""))  # the same word twice where it was erased
        return f"{label} changed" if was == now else f"{label}: {was or '–'} → {now or '–'}"
    if name in AMOUNTS:
        return f"{label} {money(before, currency)} → {money(after, currency)}"
    if name in NAMES_OF:
        return f"{label} {before or '–'} → {after or '–'}"
    if name == "unit_price_e4":
        return f"{label} {price(before, currency)} → {price(after, currency)}"
    if name == "priority":
        return f"{label}: {PRIORITIES.get(before, before)} → {PRIORITIES.get(after, after)}"
    if name == "shipping_method":
        return f"{label}: {SHIPPING_METHODS.get(before, before)} → {SHIPPING_METHODS.get(after, after)}"
    return f"{label} {in_words(str(before))} → {in_words(str(after))}"
