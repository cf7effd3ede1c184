"""What may be done with an order now, and the one thing to do first. Pure: the view gives the facts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.fulfilment.rules import ACTION_NAMES, CANCELLABLE, ON_THE_ROAD, OPEN
from dashboard.kernel.actor import Actor
from dashboard.orders.sight import Sight


class Step(NamedTuple):
    """The primary step. kind: post (one button: action and fields) or go (a link to the form on this page). why: what is in the way."""

    label: str
    icon: str
    kind: str
    action: str
    fields: dict[str, Any]
    why: str = ""


ICONS = {"release": "target", "pick": "barcode", "pack": "package", "ship": "truck"}


def primary(
    order: Any, holds: Sequence[Any], works: Sequence[Any], payments: Sequence[Any], actor: Actor, sight: Sight
) -> Step | None:
    """The next legal step that this actor may take; None when the order waits for somebody or something else."""
    if order.status in ("cancelled", "discarded"):
        return None
    for found in (_hold(order, holds, actor), _payment(order, actor, sight), _work(order, works, actor), _delivery(works, actor)):
        if found is not None:
            return found
    return _capture(order, payments, actor, sight)


def _hold(order: Any, holds: Sequence[Any], actor: Actor) -> Step | None:
    if order.phase != "on_hold" or not holds or not actor.may("holds.write"):
        return None
    if len(holds) > 1:
        return Step(f"Release {len(holds)} holds", "check", "go", "#holds", {})
    return Step("Release hold", "check", "post", f"/orders/{order.number}/holds/{holds[0].id}/release", {})


def _payment(order: Any, actor: Actor, sight: Sight) -> Step | None:
    if order.phase != "payment_due" or not sight.full or not actor.may("payments.capture"):
        return None
    return Step("Record payment", "card", "go", "#record-payment", {})


def _work(order: Any, works: Sequence[Any], actor: Actor) -> Step | None:
    if not actor.may("work.write"):
        return None
    ready = [work for work in works if work.status in ACTION_NAMES]
    if not ready or order.phase not in ("to_pick", "to_pack", "to_ship"):
        return None
    work = min(ready, key=lambda one: (OPEN.index(one.status), one.id))
    verb, label = ACTION_NAMES[work.status]
    label = f"{label} {work.number}" if len(ready) > 1 else label
    if verb == "ship":
        return Step(label, ICONS[verb], "go", f"#ship-{work.id}", {})
    return Step(label, ICONS[verb], "post", f"/fulfilment-orders/{work.number}/{verb}", {"version": work.version})


def _delivery(works: Sequence[Any], actor: Actor) -> Step | None:
    on_the_road = [parcel for work in works for parcel in work.parcels if parcel.status in ON_THE_ROAD]
    if not on_the_road or not actor.may("work.write") or any(work.status in ACTION_NAMES for work in works):
        return None
    return Step("Confirm delivery", "check", "post", f"/parcels/{on_the_road[0].id}/delivery", {})


def _capture(order: Any, payments: Sequence[Any], actor: Actor, sight: Sight) -> Step | None:
    received = order.captured + order.carried_received
    if received >= order.total or not sight.full or not actor.may("payments.capture") or order.phase == "out_of_stock":
        return None
    if any(payment.capturable for payment in payments):
        return Step("Take payment", "card", "go", "#money", {})
    return Step("Record payment", "card", "go", "#record-payment", {})


def may_cancel(order: Any, works: Sequence[Any], actor: Actor) -> bool:
    """Whether everything that has not left can still be stopped."""
    late = [work for work in works if work.status in OPEN and work.status not in CANCELLABLE]
    return order.status == "open" and not late and actor.may("orders.cancel")
