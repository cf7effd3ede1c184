"""An order as a whole in words: taken, moved on, held, tagged, cancelled."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard.orders.rules import CANCEL_REASONS, HOLD_KINDS, RELEASES, SHIPPING_CHOICES
from dashboard.orders.views.telling import Said, Telling, in_words, units_of
from dashboard.web.filters import day_time, money, number

LABELS = {
    "status": "Status",
    "fulfilment_status": "Fulfilment",
    "payment_status": "Payment",
    "phase": "Waits for",
    "readiness": "Ready to ship",
}


def captured(data: Mapping[str, Any], telling: Telling) -> Said:
    """It was taken."""
    lines = [f"{number(units)} × {sku}" for sku, units in data["lines"][:8]]
    more = len(data["lines"]) - len(lines)
    preorder = data.get("preorder", ())
    short = [f"{number(units)} × {sku} is {'on preorder' if sku in preorder else 'backordered'}" for sku, units in data["short"][:8]]
    details = (", ".join(lines) + (f" and {more} more" if more > 0 else ""), *short)
    total = f", {money(data['total'], data['currency'])}" if telling.sight.full else ""
    return Said(9, "status", "cart", f"Order placed on {data['channel']}{total}", details if lines else ())


def imported(data: Mapping[str, Any], _telling: Telling) -> Said:
    """It was taken from a history."""
    return Said(9, "status", "upload", f"Order imported from {data['channel']} as sold and shipped")


def progressed(data: Mapping[str, Any], _telling: Telling) -> Said:
    """What it waits for, and how far it is."""
    changes = tuple(
        f"{LABELS.get(name, name)}: {in_words(data['before'].get(name))} → {in_words(value)}" for name, value in data["after"].items()
    )
    return Said(1, "status", "arrow-right", "Status changed", changes)


def cancelled(data: Mapping[str, Any], telling: Telling) -> Said:
    """It was cancelled, or what of it had not left."""
    why = CANCEL_REASONS.get(data["reason"], data["reason"])
    details = [f"{units_of(data['units'])} cancelled"]
    if data.get("total") is None:
        return Said(9, "status", "ban", f"Order cancelled: {why}", tuple(details))
    full, currency = telling.sight.full, data["currency"]
    if full and data["total"] != data["total_before"]:
        details.append(f"Total: {money(data['total_before'], currency)} → {money(data['total'], currency)}")
    return Said(9, "status money" if full else "status", "ban", f"Rest of the order cancelled: {why}", tuple(details))


def held(data: Mapping[str, Any], telling: Telling) -> Said:
    """It must wait."""
    details = [data["note"]] if data["note"] and telling.sight.full else []
    if data["until"]:
        details.append(f"Until {day_time(dt.datetime.fromisoformat(data['until']))}")
    if data.get("release_when"):
        details.append(f"Ends by itself when {RELEASES.get(data['release_when'], data['release_when'])}")
    return Said(8, "status", "pause", f"Put on hold: {HOLD_KINDS.get(data['kind'], data['kind'])}", tuple(details))


def unheld(data: Mapping[str, Any], telling: Telling) -> Said:
    """A hold ended."""
    said = f"Hold released: {HOLD_KINDS.get(data['kind'], data['kind'])}"
    why = data["reason"] if telling.sight.full else ""
    return Said(8, "status", "check", said, (why,) if why else (), aside=f"{said} ({why})" if why else said)


def reheld(data: Mapping[str, Any], _telling: Telling) -> Said:
    """A hold stands again."""
    return Said(6, "status", "pause", f"Hold stands again: {HOLD_KINDS.get(data['kind'], data['kind']).lower()}")


def tagged(data: Mapping[str, Any], _telling: Telling) -> Said:
    """A tag was put on it or taken away."""
    return Said(4, "status", "tag", f"Tagged {data['tag']}" if data["present"] else f"Tag taken away: {data['tag']}")


def assigned(data: Mapping[str, Any], _telling: Telling) -> Said:
    """Somebody has it."""
    return Said(4, "status", "user", f"Assigned to {data['assignee']}" if data["assignee"] else "Assigned to nobody any more")


def chose_shipping(data: Mapping[str, Any], _telling: Telling) -> Said:
    """Together, or as it becomes ready."""
    return Said(8, "status", "truck", SHIPPING_CHOICES.get(data["choice"], data["choice"]))
