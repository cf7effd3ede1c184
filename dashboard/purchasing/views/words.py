"""Purchasing in words: reasons, durations, what happened to an order, why so many are suggested."""

import datetime as dt
import itertools
from types import SimpleNamespace
from typing import Any

from dashboard.purchasing import rules
from dashboard.purchasing.rules import CANCEL_REASONS, OVER_REASONS, RATE_DAYS, SHORT_REASONS, Need

VIEWS = {
    "all": ("All", "", ""),
    "draft": ("Drafts", "", "ring-dashed"),
    "incoming": ("Incoming", "", "truck"),
    "late": ("Late", "bad", "triangle"),
    "received": ("Received", "ok", "check"),
    "cancelled": ("Cancelled", "", "ban"),
}


def views_of(row: Any, today: dt.date) -> str:
    """The names of the views that hold it. row: store Row."""
    return " ".join(rules.views_of(row.status, row.expected_on, today))


def duration(span: dt.timedelta | None) -> str:
    """3 h 20 min; a dash for none."""
    if span is None:
        return "–"
    minutes = round(span.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    if days:
        return f"{days} d {left} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def timeline(order: Any, receipts: Any) -> list[SimpleNamespace]:
    """What happened, newest first: .text .at .by .icon .kind, and .details in words."""
    found = [_step("Draft written", order.created_at, order.created_by, "pencil")]
    if order.ordered_at:
        found.append(_step(f"Ordered from {order.supplier}", order.ordered_at, order.ordered_by, "arrow-right"))
    for _, same in itertools.groupby(reversed(receipts), key=lambda receipt: (receipt.received_at, receipt.actor_name)):
        found.append(_delivery(list(same)))
    if order.close_reason:
        known = CANCEL_REASONS.get(order.close_reason) or SHORT_REASONS.get(order.close_reason, order.close_reason)
        word = "Cancelled" if order.status == "cancelled" else "Closed short"
        found.append(_step(f"{word}: {known.lower()}", order.closed_at, order.closed_by, "ban"))
    return found[::-1]


def _step(text: str, at: Any, by: Any, icon: str, kind: str = "status", details: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(text=text, at=at, by=by, icon=icon, kind=kind, details=details)


def _delivery(receipts: list[Any]) -> SimpleNamespace:
    """What one person put away at one moment, as one step."""
    first, total = receipts[0], sum(receipt.units for receipt in receipts)
    details = [f"{receipt.units:,} × {receipt.sku}{_oddities(receipt)}" for receipt in receipts]
    if first.arrived_at:
        details.append(f"{duration(first.received_at - first.arrived_at)} from dock to shelf")
    if first.note:
        details.append(f"“{first.note}”")
    text = f"Received {total:,} {'unit' if total == 1 else 'units'}"
    return _step(text, first.received_at, first.actor_name, "package", "stock", tuple(details))


def _oddities(receipt: Any) -> str:
    said = ""
    if receipt.damaged:
        said += f", {receipt.damaged:,} damaged"
    if receipt.surplus:
        said += f", {receipt.surplus:,} above the order ({OVER_REASONS.get(receipt.over_reason, receipt.over_reason).lower()})"
    return said


def why(need: Need) -> str:
    """The arithmetic behind a suggestion, in one line."""
    rate = f"{need.sent / RATE_DAYS:.1f}".removesuffix(".0")
    parts = [f"{rate} a day × {need.days} days ({need.lead_days} lead + {need.review_days} review) = {rules.demand(need):,}"]
    if need.safety:
        parts.append(f"+ {need.safety:,} safety")
    if rules.demand(need) + need.safety < rules.least(need):
        parts.append(f", at least {rules.least(need):,} to be above the reorder point")
    for sign, units, word in (
        ("−", need.available, "available"),
        ("−", need.incoming, "incoming"),
        ("−", need.drafted, "in drafts"),
    ):
        if units:
            parts.append(f"{sign} {units:,} {word}")
    missing = rules.missing(need)
    if len(parts) > 1:
        parts.append(f"= {missing:,}" if missing else "leaves nothing to order")
    if missing and need.pack_size > 1:
        parts.append(f"; in packs of {need.pack_size:,}: {rules.suggested(need):,}")
    return " ".join(parts).replace(" ;", ";").replace(" ,", ",")
