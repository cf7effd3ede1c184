"""What the page of one purchase order shows: gathered once for the page and its answers."""

import datetime as dt
from typing import Any

import flask

from dashboard.accounts.roles import reaches_location
from dashboard.inventory.store import bins
from dashboard.kernel import clock, units
from dashboard.orders.store import reader
from dashboard.promises import store as promises
from dashboard.purchasing import forms, store
from dashboard.purchasing.actions import FIRST_YEAR, LAST_YEAR
from dashboard.purchasing.rules import CANCEL_REASONS, INCOMING, OVER_REASONS, SHORT_REASONS, current_arrival
from dashboard.purchasing.views import words
from dashboard.web import access, once
from dashboard.web.livepage import live_page


def figures(order: Any, lines: list[store.Line], today: dt.date) -> dict[str, Any]:
    """What everybody may see of it, and what is pushed."""
    return {
        "order": order,
        "lines": lines,
        "totals": {name: sum(getattr(line, name) for line in lines) for name in ("ordered", "received", "cancelled", "left")},
        "is_late": order.status in INCOMING and order.expected_on < today,
    }


def values_of(number: str, typed: forms.TypedReceipt | None = None, problem: str = "") -> dict[str, Any]:
    """typed: what a refused receipt said; problem: why the last step was refused. Raises: NotFound."""
    live = live_page("purchases")
    order, lines, receipts = store.purchase_order(reader(), number)
    actor, today = access.actor(), clock.now().date()
    may_write = actor.may("purchasing.write") and reaches_location(actor, order.location)
    is_due = order.status in INCOMING
    return {
        "live": live,
        **figures(order, lines, today),
        "total": sum(units.extended(line.ordered - line.cancelled, line.unit_cost_e4, order.currency) for line in lines),
        "arrived_at": current_arrival(order.arrived_at, clock.now()),
        "timeline": words.timeline(order, receipts),
        "typed": typed or forms.TypedReceipt({}, {}),
        "waiters": promises.waiters_of_purchase(reader(), order.id) if actor.may("orders.read") else [],
        "waiting_orders": promises.orders_waiting(reader(), order.id),
        **preview_of(order),
        "problem": problem,
        "may": {
            "see_costs": actor.may("orders.prices"),
            "edit": may_write and order.status == "draft",
            "place": may_write and order.status == "draft",
            "reschedule": may_write and is_due,
            "cancel": may_write and order.status in ("draft", "ordered"),
            "close": may_write and order.status == "partially_received",
            "receive": is_due and actor.may("stock.adjust") and reaches_location(actor, order.location),
        },
        "cancel_reasons": list(CANCEL_REASONS.items()),
        "short_reasons": list(SHORT_REASONS.items()),
        "has_bins": order.location_id in bins.places_with_bins(reader()),
        "over_reasons": [("", "No more than was ordered"), *OVER_REASONS.items()],
        "key": once.fresh_key() if problem else once.new_key(),
    }


def preview_of(order: Any) -> dict[str, Any]:
    """Whose promise dates would move on the day that is asked about, when one is."""
    day = forms.day_of(flask.request.args.get("expected_on", ""))
    asked = day is not None and day != order.expected_on and order.status in INCOMING
    if not asked or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return {"preview": None, "day": order.expected_on}
    return {"preview": promises.preview(reader(), order.id, day, clock.now().date()), "day": day}
