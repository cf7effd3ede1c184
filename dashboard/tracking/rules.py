"""What a customer is told: states of an order and its parcels in their words, and who may still look. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard.tracking.eta import Days

FULL_FOR = dt.timedelta(days=30)
OPEN_FOR = dt.timedelta(days=90)
SILENT_AFTER = dt.timedelta(hours=48)
LADDER = ("Order received", "Packed", "On its way", "Out for delivery", "Delivered")
PICKUP_LADDER = (*LADDER[:3], "Ready to collect", "Collected")


class Said(NamedTuple):
    """title: the headline ({when}: days or a date); text: what happens now; tone: info, ok, warn, bad or hold.

    step: the step of the ladder that is reached; rank: the lower, the sooner somebody must see it.
    """

    title: str
    text: str
    tone: str
    step: int
    rank: int


PARCELS: Mapping[str, Said] = {
    "lost": Said(
        "Your parcel is lost",
        "The carrier cannot find it. Tell us whether you want it sent again or your money back.",
        "bad",
        2,
        0,
    ),
    "damaged": Said(
        "Your parcel was damaged", "We are sorry. Tell us whether you want it sent again or your money back.", "bad", 2, 1
    ),
    "exception": Said(
        "Your parcel is held up",
        "The carrier has a problem with it. We are finding out and keep this page up to date.",
        "bad",
        2,
        2,
    ),
    "returning": Said(
        "Your parcel is coming back to us", "It could not be delivered. Contact us to have it sent again.", "bad", 2, 3
    ),
    "returned_to_sender": Said(
        "Your parcel came back to us",
        "It could not be delivered. Contact us to have it sent again or to get your money back.",
        "bad",
        2,
        4,
    ),
    "failed_attempt": Said(
        "They missed you",
        "Nobody could take your parcel. The carrier tries again on the next working day; on its page you may choose another.",
        "warn",
        3,
        5,
    ),
    "late": Said(
        "Later than planned",
        "It should have arrived by now. We are checking with the carrier and keep this page up to date.",
        "warn",
        2,
        6,
    ),
    "available_for_pickup": Said("Ready to collect", "Take an identity card and the tracking number with you.", "info", 3, 7),
    "out_for_delivery": Said("Arriving today", "It is out for delivery.", "info", 3, 8),
    "in_transit": Said("Arriving {when}", "It is on its way.", "info", 2, 10),
    "handed_over": Said("Arriving {when}", "It has left our warehouse and is with the carrier.", "info", 2, 10),
    "labelled": Said(
        "Arriving {when}",
        "It is packed and waits for the carrier. Tracking starts with their first scan, usually within 24 hours.",
        "info",
        1,
        11,
    ),
    "draft": Said("Arriving {when}", "We are packing it.", "info", 0, 12),
    "delivered": Said("Delivered {when}", "It has arrived. Not there? Ask your neighbours, then contact us.", "ok", 4, 20),
}
WORK: Mapping[str, Said] = {
    "late": Said(
        "Later than planned", "It should have left by now. We are working on it and keep this page up to date.", "warn", 0, 6
    ),
    "backordered": Said("Waiting for stock", "It is on its way to us. We send it as soon as it is here.", "warn", 0, 9),
    "packed": Said("Arriving {when}", "It is packed and waits for the carrier.", "info", 1, 11),
    "packing": Said("Arriving {when}", "We are packing it.", "info", 0, 12),
    "picked": Said("Arriving {when}", "We are packing it.", "info", 0, 12),
    "picking": Said("Arriving {when}", "We are getting it from the shelf.", "info", 0, 12),
    "released": Said("Arriving {when}", "We are getting it ready.", "info", 0, 13),
    "allocated": Said("Arriving {when}", "It is set aside for you and gets packed next.", "info", 0, 13),
    "shipped": Said("Arriving {when}", "It has left our warehouse.", "info", 2, 10),
}
"""A fulfilment order that has no parcel yet."""
ORDER: Mapping[str, Said] = {
    "cancelled": Said("Your order is cancelled", "Nothing will be sent.", "hold", 0, 0),
    "payment_due": Said("We are waiting for your payment", "We start packing as soon as it is here.", "warn", 0, 0),
    "disputed": Said("Your payment is being looked into", "Your bank has asked us about it.", "hold", 0, 0),
}
"""Phases that say it all, whatever the parcels do."""
HOLDS: Mapping[str, Said] = {
    "address": Said(
        "We need your help with the address",
        "The carrier does not know it as it is. Contact us with the order number.",
        "hold",
        0,
        0,
    ),
    "payment": Said(
        "We need your help with the payment", "It could not be completed. Contact us with the order number.", "hold", 0, 0
    ),
    "customer_request": Said("On hold, as you asked", "Tell us when we may go on.", "hold", 0, 0),
    "stock": Said("Waiting for stock", "We send it as soon as it is here.", "warn", 0, 0),
    "awaiting_return": Said("We are waiting for your return", "Your exchange leaves as soon as it is here.", "hold", 0, 0),
}
HELD = Said("We are checking your order", "You need to do nothing. We go on as soon as it is done.", "hold", 0, 0)
"""Every other hold, fraud checks among them: nobody is told that they are suspected."""


def is_open(now: dt.datetime, expires: dt.datetime | None, delivered: dt.datetime | None, cancelled: dt.datetime | None) -> bool:
    """Whether a tracking link still opens: not past its own end, nor 90 days after delivery or cancellation."""
    ends = [expires] if expires else []
    ends += [end + OPEN_FOR for end in (delivered, cancelled) if end]
    return all(now < end for end in ends)


def is_full(now: dt.datetime, delivered: dt.datetime | None, cancelled: dt.datetime | None) -> bool:
    """Whether items and address are still shown: for 30 days after delivery or cancellation, then only the state."""
    return all(now < end + FULL_FOR for end in (delivered, cancelled) if end)


def parcel_said(status: str, eta: Days | None, silent: dt.timedelta) -> Said:
    """What to say of a parcel. eta: None when its days are past; silent: how long the carrier has said nothing."""
    moving = status in ("handed_over", "in_transit", "labelled", "draft")
    if moving and eta is None:
        return PARCELS["late"]
    if status in ("handed_over", "labelled") and silent > SILENT_AFTER:
        hours = int(silent.total_seconds() // 3600)
        text = f"No news from the carrier for {hours // 24} days. That is longer than usual; we are checking."
        return PARCELS["in_transit"]._replace(text=text, tone="warn", rank=9)
    return PARCELS.get(status, PARCELS["in_transit"])


def work_said(status: str, eta: Days | None) -> Said:
    """What to say of a fulfilment order without a parcel, or (backordered) of what has no stock yet."""
    if status != "backordered" and eta is None:
        return WORK["late"]
    return WORK.get(status, WORK["allocated"])


class Awaited(NamedTuple):
    """What waits for stock, in the reader's words. leaves: its day, empty without one; late: that day is past; arrives: about when.

    was: the day it was moved from, empty if it was not; cause: why (promises.rules.CAUSES); later: to a later day, or to none.
    """

    leaves: str = ""
    late: bool = False
    arrives: str = ""
    preorder: bool = False
    was: str = ""
    cause: str = ""
    later: bool = True


WHY_MOVED = {
    "rescheduled": ("the delivery to us is later", "the delivery to us is earlier"),
    "received": ("the delivery to us brought fewer", "the delivery to us is here"),
    "short": ("the delivery to us brought fewer", "the delivery to us is here"),
    "refused": ("our supplier does not deliver", "another delivery comes earlier"),
    "release": ("its release was put off", "its release was brought forward"),
}
"""Why a date moved: later, and earlier. Who else waits is nobody's business."""
OTHERWISE = ("there is less in stock than we thought", "more of it is there now")


def awaited_said(awaited: Awaited) -> Said:
    """What to say of units without stock: their day, and where it was moved from and why."""
    why = WHY_MOVED.get(awaited.cause, OTHERWISE)[not awaited.later]
    if awaited.late:
        text = f"It was to leave us by {awaited.leaves} and has not come to us yet. We are asking, and the new date will be here."
        return WORK["late"]._replace(text=text)
    if not awaited.leaves:
        text = "We have no date yet; it will be here as soon as we do."
        if awaited.was:
            text = f"It was to leave us by {awaited.was}, but {why}. The new date will be here as soon as we know it."
        return WORK["backordered"]._replace(text=text)
    text = "You ordered it in advance." if awaited.preorder else "It is on its way to us."
    text += f" With you {awaited.arrives}." if awaited.arrives else ""
    if awaited.was:
        text += f" Moved from {awaited.was} because {why}."
    return Said(f"Leaves us by {awaited.leaves}", text, "warn" if awaited.was and awaited.later else "info", 0, 9)


def order_said(phase: str, holds: Sequence[str]) -> Said | None:
    """What the order as a whole must say first; None when its parcels tell the story."""
    if phase == "on_hold":
        return next((HOLDS[kind] for kind in HOLDS if kind in holds), HELD)
    return ORDER.get(phase)


@dataclass(frozen=True)
class Step:
    """One step of the ladder. state: done, now, todo or problem; note: when it was done."""

    label: str
    state: str
    note: str = ""


def ladder(said: Said, notes: Sequence[str], pickup: bool = False) -> list[Step]:
    """The five steps of a parcel. notes: what is known about when, by step; missing ones are empty."""
    labels = PICKUP_LADDER if pickup else LADDER
    found = []
    for place, label in enumerate(labels):
        note = notes[place] if place < len(notes) else ""
        state = _state(place, said, len(labels) - 1)
        found.append(Step(label, state, note if state != "todo" else ""))
    return found


def _state(place: int, said: Said, last: int) -> str:
    """On the road is where a parcel is now; received, packed and delivered are behind it."""
    if place != said.step:
        return "done" if place < said.step else "todo"
    if said.tone == "bad":
        return "problem"
    return "now" if 2 <= place < last else "done"


RETURN_LADDER = ("Return agreed", "On its way to us", "Received", "Refunded")
RETURN_STEP = {
    "requested": 0,
    "approved": 0,
    "in_transit": 1,
    "partially_received": 2,
    "received": 2,
    "inspected": 2,
    "resolved": 2,
    "closed": 2,
}


def return_ladder(status: str, refunded: bool) -> list[Step]:
    """The steps of a return; refunded: the shop has given money back on this order."""
    if status == "declined":
        return [Step("Return declined", "problem")]
    reached = 3 if refunded and RETURN_STEP.get(status, 0) == 2 else RETURN_STEP.get(status, 0)
    last = len(RETURN_LADDER) - 1
    return [
        Step(label, "done" if place < reached or place == reached == last else "now" if place == reached else "todo")
        for place, label in enumerate(RETURN_LADDER)
    ]


def payment_said(status: str, phase: str, pay_on: str, due: str, refunded: str) -> tuple[str, str] | None:
    """(tone, text) about money, when there is something to say. due, refunded: amounts as text."""
    if status == "refunded":
        return "ok", f"Refunded {refunded}. It takes up to 5 working days to reach you."
    if status == "partially_refunded":
        return "info", f"{refunded} of your payment was refunded. It takes up to 5 working days to reach you."
    if phase == "cancelled":
        return (
            ("info", f"We refund {due} to the way you paid with.") if status in ("paid", "partially_paid", "overpaid") else None
        )
    if phase == "payment_due":
        return "warn", f"{due} is still open."
    if pay_on == "delivery" and status in ("unpaid", "authorized") and phase != "delivered":
        return "info", f"Have {due} ready: you pay on delivery."
    if pay_on == "invoice" and status in ("unpaid", "authorized"):
        return "info", f"You pay {due} by invoice."
    return None


def masked(line: str) -> str:
    """'12 Hill Road' -> '1… H…': enough to know one's own address by, of no use to anybody else."""
    return " ".join(f"{word[0]}…" for word in line.split()[:4])
