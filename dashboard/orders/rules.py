"""What an order is and waits for, derived from its facts; totals; ship-by. Pure."""

import functools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from dashboard.kernel.states import StateTable

STATUS = StateTable(
    "order",
    ["draft", "open"],
    {
        "draft": ("open", "discarded"),
        "open": ("completed", "cancelled"),
        "completed": ("open",),
        "cancelled": (),
        "discarded": (),
    },
)
PHASES = (
    "cancelled",
    "disputed",
    "on_hold",
    "payment_due",
    "out_of_stock",
    "to_route",
    "to_pick",
    "to_pack",
    "to_ship",
    "in_transit",
    "delivery_problem",
    "delivered",
    "return_open",
    "completed",
)
READINESS = ("ready", "part", "none")
HOLD_KINDS = {
    "payment": "Payment",
    "fraud": "Fraud check",
    "address": "Address",
    "stock": "Stock",
    "customer_request": "Customer asked",
    "awaiting_return": "Awaiting return",
    "upsell_window": "Upsell window",
    "manual": "Other",
}
EXCEPTION_KINDS = (
    "oversold",
    "unknown_sku",
    "empty_order",
    "bad_address",
    "pack_error",
    "late_order",
    "promise_later",
    "late",
    "stock_mismatch",
    "stuck_job",
    "dead_letter",
)
RELEASES = {"in_stock": "everything is in stock", "paid": "it is paid", "address": "the address is right"}
"""What a hold may wait for, to end by itself."""
SHIPPING_CHOICES = {"available": "Ship what is there", "together": "Wait, and ship everything together"}
CANCEL_REASONS = {
    "customer": "Customer asked",
    "out_of_stock": "Out of stock",
    "fraud": "Fraud",
    "payment": "Not paid",
    "duplicate": "Duplicate",
    "other": "Other",
}
OWN_FAULT = frozenset({"out_of_stock"})
WORK_PHASE = {
    None: "to_route",
    "backordered": "out_of_stock",
    "allocated": "to_pick",
    "released": "to_pick",
    "picking": "to_pick",
    "picked": "to_pack",
    "packing": "to_pack",
    "packed": "to_ship",
}
VIEWS = {
    "all": "All",
    "open": "Open",
    "to_release": "To release",
    "picking": "Picking",
    "to_pack": "To pack",
    "packed": "Packed",
    "on_hold": "On hold",
    "payment_due": "Payment due",
    "out_of_stock": "Out of stock",
    "shipped": "Shipped",
    "delivered": "Delivered",
    "cancelled": "Cancelled",
}


VIEW_OF_PHASE = {
    "to_pack": "to_pack",
    "to_ship": "packed",
    "on_hold": "on_hold",
    "payment_due": "payment_due",
    "out_of_stock": "out_of_stock",
    "in_transit": "shipped",
    "delivery_problem": "shipped",
    "delivered": "delivered",
    "return_open": "delivered",
    "completed": "delivered",
    "cancelled": "cancelled",
}


class Facts(NamedTuple):
    """All that an order's headline depends on. Units are sums over its lines; money is in minor units.

    work: status of the least advanced open fulfilment order; None without one. called_off: somebody cancelled it. authorized,
    captured: with what other orders' payments carry for this one; repaid: refunds of what was received above the total. together:
    nothing of it may leave before all of it can.
    """

    status: str
    ordered: int
    cancelled: int
    backordered: int
    allocated: int
    picked: int
    packed: int
    shipped: int
    delivered: int
    total: int
    authorized: int
    captured: int
    refunded: int
    voided: int
    pay_on: str
    work: str | None
    open_holds: int
    open_returns: int = 0
    parcel_problem: bool = False
    disputed: bool = False
    called_off: bool = False
    repaid: int = 0
    together: bool = False


class Derived(NamedTuple):
    """An order's headlines. readiness: one of READINESS while it is open with units to send, else None."""

    status: str
    fulfilment_status: str
    payment_status: str
    phase: str
    readiness: str | None = None


def derive(facts: Facts) -> Derived:
    """Every headline of an order, from its facts: the one place that decides them."""
    status = _status(facts)
    return Derived(status, fulfilment_status(facts), payment_status(facts), phase(facts), readiness(status, facts))


def _live(facts: Facts) -> int:
    return facts.ordered - facts.cancelled


def _is_cancelled(facts: Facts) -> bool:
    """Nothing is left of it; an order that never had a line is cancelled when somebody says so."""
    return not _live(facts) and bool(facts.ordered or facts.called_off)


def _status(facts: Facts) -> str:
    if facts.status in ("draft", "discarded"):
        return facts.status
    live = _live(facts)
    if _is_cancelled(facts):
        return "cancelled"
    return "completed" if live and facts.shipped == live else "open"


def fulfilment_status(facts: Facts) -> str:
    """cancelled, unfulfilled, backordered, partially_allocated, allocated, released, picking, picked, packing, packed,
    partially_shipped, shipped or delivered."""
    live = _live(facts)
    if live == 0:
        return "cancelled" if _is_cancelled(facts) else "unfulfilled"
    if facts.shipped == live:
        return "delivered" if facts.delivered == live else "shipped"
    if facts.shipped:
        return "partially_shipped"
    if facts.work in ("released", "picking", "picked", "packing", "packed"):
        return facts.work
    if facts.backordered == live:
        return "backordered"
    return "partially_allocated" if facts.backordered else "allocated"


def readiness(status: str, facts: Facts) -> str | None:
    """How much of an open order could leave now: of the units still to send, those allocated, picked or packed.

    Goods that are secured are somebody's open work; services wait for them, and make nothing ready by themselves.
    Returns: ready (all), part or none; None when the order is not open or nothing of it is left to send.
    """
    secured = facts.allocated + facts.picked + facts.packed
    if status != "open" or not secured + facts.backordered:
        return None
    if not facts.backordered:
        return "ready"
    return "part" if facts.work else "none"


def payment_status(facts: Facts) -> str:
    """unpaid, authorized, partially_paid, paid, overpaid, partially_refunded, refunded, voided or disputed."""
    if facts.disputed:
        return "disputed"
    if facts.refunded:
        return "refunded" if facts.refunded == facts.captured else "partially_refunded"
    if facts.captured > facts.total:
        return "overpaid"
    if facts.captured == facts.total and (facts.captured or _live(facts) != 0):
        return "paid"
    if facts.captured:
        return "partially_paid"
    if facts.authorized > facts.voided:
        return "authorized"
    return "voided" if facts.voided else "unpaid"


def promised_money(facts: Facts) -> int:
    """Minor units the shop has or may take; what it received above an earlier total and paid back is neither."""
    return max(facts.authorized - facts.voided, facts.captured) - facts.repaid


def promised(order: Any) -> int:
    """The same of an order's columns."""
    return max(order.authorized - order.voided + order.carried, order.captured + order.carried_received) - order.repaid


def owed(order: Any) -> int:
    """Minor units that the customer is to pay for it: nothing once it is cancelled."""
    return 0 if order.status in ("cancelled", "discarded") else order.total


def to_take(order: Any) -> int:
    """Minor units that the order's own payments are still to bring in: for itself, and for orders that count on them."""
    return max(0, owed(order) - order.carried - order.captured + order.repaid)


def surplus(order: Any) -> int:
    """Minor units that the order's own payments brought above what the customer is to pay for it, and that are not paid back yet."""
    own = order.captured - order.refunded
    return max(0, min(own, own + order.carried_received - owed(order)))


def phase(facts: Facts) -> str:
    """What the order waits for, by the precedence of PHASES."""
    live = _live(facts)
    if _is_cancelled(facts):
        return "cancelled"
    if facts.disputed:
        return "disputed"
    if live and facts.shipped == live:
        return _after_shipping(facts, live)
    if facts.open_holds:
        return "on_hold"
    if facts.pay_on == "placing" and promised_money(facts) < facts.total:
        return "payment_due"
    if facts.backordered and (facts.work is None or (facts.together and facts.work == "allocated")):
        return "out_of_stock"
    return WORK_PHASE[facts.work]


def _after_shipping(facts: Facts, live: int) -> str:
    if facts.delivered < live:
        return "delivery_problem" if facts.parcel_problem else "in_transit"
    if facts.open_returns:
        return "return_open"
    return "completed" if facts.captured >= facts.total else "delivered"


@functools.cache
def views_of(status: str, phase: str, work: str | None) -> frozenset[str]:
    """The views of the order list that count this order."""
    found = {"all"}
    if status == "open":
        found.add("open")
    if phase == "to_pick":
        found.add("to_release" if work == "allocated" else "picking")
    named = VIEW_OF_PHASE.get(phase)
    if named:
        found.add(named)
    return frozenset(found)


def least_advanced(statuses: Iterable[str]) -> str | None:
    """The work an order waits for: the least advanced status among its open fulfilment orders."""
    order = ("allocated", "released", "picking", "picked", "packing", "packed")
    found = [status for status in statuses if status in order]
    return min(found, key=order.index) if found else None


def location_of(works: Sequence[tuple[str, int]]) -> int | None:
    """Where an order's next step is done, or where it left from when nothing is left to do; None when nothing ever was.

    Args: works: (status, location id) of its fulfilment orders, the first one first.
    """
    wanted = least_advanced([status for status, _ in works])
    those = {wanted} if wanted else {"shipped", "closed"}
    return next((place for status, place in works if status in those), None)
