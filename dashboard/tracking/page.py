"""Put one order's page together: headline, cards worst first, money, returns. All words come from rules."""

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.tracking import carriers, eta, history, promised, rules, store, wording
from dashboard.tracking.eta import Days, Transit
from dashboard.tracking.rules import Awaited, Said, Step
from dashboard.tracking.store import Item, Piece
from dashboard.web.filters import money


@dataclass(frozen=True)
class Card:
    """One parcel, or what will be one. days: when it arrives, None when delivered, late or unknown."""

    label: str
    title: str
    said: Said
    steps: tuple[Step, ...]
    items: tuple[Item, ...]
    days: Days | None
    carrier: str | None = None
    tracking_number: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Page:
    """What the template shows. part: id of the live part; changed: the last thing that happened, with its time."""

    part: str
    number: str
    title: str
    lead: str
    tone: str
    changed: str
    cards: tuple[Card, ...]
    money: tuple[str, str] | None
    returns: tuple[tuple[str, tuple[Step, ...]], ...]
    city: str
    address: str
    full: bool
    zone: str


@dataclass(frozen=True)
class View:
    """For whom the page is written: now, the shop's zone, the reader's locale."""

    now: dt.datetime
    zone: str
    locale: str

    @property
    def today(self) -> dt.date:
        return self.local(self.now)

    def local(self, at: dt.datetime) -> dt.date:
        return at.astimezone(zoneinfo.ZoneInfo(self.zone)).date()

    def days(self, span: Days) -> str:
        return wording.days(span, self.today, self.locale)

    def moment(self, at: dt.datetime | None) -> str:
        return wording.moment(at, self.zone, self.locale) if at else ""


def build(connection: sa.Connection, order: Any, now: dt.datetime, locale: str) -> Page:
    """The page of this order (a row of store.by_hash or by_id)."""
    view = View(now, store.shop_zone(connection), locale)
    pieces = store.pieces(connection, order.id)
    transit = history.transit(connection, order.ship_country, now)
    awaited = promised.awaited(connection, order.id, view.today, transit, view.days) if _waits(pieces) else None
    cards = tuple(_card(order, piece, place, len(pieces), transit, view, awaited) for place, piece in enumerate(pieces, start=1))
    said = rules.order_said(order.phase, store.open_holds(connection, order.id) if order.phase == "on_hold" else ())
    title, lead, tone = _headline(said, cards, order, view)
    full = rules.is_full(now, order.delivered_at, order.cancelled_at) and order.phase != "cancelled"
    return Page(
        part="tracking" if locale == wording.LOCALES[0] else f"tracking-{locale}",
        number=order.number,
        title=title,
        lead=lead,
        tone=tone,
        changed=_changed(order, pieces, view),
        cards=() if order.phase == "cancelled" else tuple(sorted(cards, key=lambda card: card.said.rank)),
        money=_money(order),
        returns=tuple(
            (row.number, tuple(rules.return_ladder(row.status, order.refunded > 0)))
            for row in store.returns(connection, order.id)
        ),
        city=order.ship_city if full else "",
        address=rules.masked(order.ship_line1) if full else "",
        full=full,
        zone=view.zone,
    )


def _waits(pieces: Sequence[Piece]) -> bool:
    return any(piece.status == "backordered" for piece in pieces)


def _card(
    order: Any, piece: Piece, place: int, count: int, transit: Transit | None, view: View, awaited: Awaited | None
) -> Card:
    label = f"Parcel {place} of {count}" if count > 1 else "Your parcel"
    notes = [view.moment(order.placed_at), view.moment(piece.packed_at)]
    if piece.parcel is None:
        days = None if piece.status == "backordered" else eta.from_today(_before_it_leaves(order, transit, view), view.today)
        said = rules.awaited_said(awaited) if awaited and piece.status == "backordered" else rules.work_said(piece.status, days)
        return Card(label, _title(said, days, None, view), said, tuple(rules.ladder(said, notes)), piece.items, days)
    parcel = piece.parcel
    days = eta.from_today(_on_the_road(parcel, transit, view), view.today)
    silent = view.now - parcel.handed_over_at if parcel.handed_over_at else dt.timedelta()
    said = rules.parcel_said(parcel.status, days, silent)
    notes += [view.moment(parcel.handed_over_at), "", view.moment(parcel.delivered_at)]
    carrier = carriers.carrier_of(parcel.carrier)
    return Card(
        label,
        _title(said, days, parcel.delivered_at, view),
        said,
        tuple(rules.ladder(said, notes, parcel.status == "available_for_pickup")),
        piece.items,
        None if said.title.find("{when}") < 0 or parcel.status == "delivered" else days,
        carrier.name,
        parcel.tracking_number,
        carriers.link_of(carrier, parcel.tracking_number),
    )


def _before_it_leaves(order: Any, transit: Transit | None, view: View) -> Days | None:
    """From the promised day of leaving; None once that is past: then it is late, whatever the road may make up.

    What had to wait for stock was promised a later day.
    """
    leaves = max((at for at in (order.ship_by, order.promised_at) if at is not None), default=None)
    if leaves is None:
        return eta.arrival(view.today, transit)
    return eta.arrival(view.local(leaves), transit) if view.now <= leaves else None


def _on_the_road(parcel: Any, transit: Transit | None, view: View) -> Days | None:
    if parcel.expected_at is not None:
        expected = view.local(parcel.expected_at)
        return Days(expected, expected)
    return eta.arrival(view.local(parcel.handed_over_at or view.now), transit)


def _title(said: Said, days: Days | None, delivered_at: dt.datetime | None, view: View) -> str:
    when = view.moment(delivered_at) if delivered_at else wording.days(days, view.today, view.locale) if days else "soon"
    return said.title.replace("{when}", when)


def _headline(said: Said | None, cards: Sequence[Card], order: Any, view: View) -> tuple[str, str, str]:
    """One sentence: what the order as a whole says, else the worst parcel, else the next arrival."""
    if said is not None:
        return said.title, said.text, said.tone
    if not cards:
        return "Thank you for your order", "We have it and get it ready.", "info"
    card = min(cards, key=lambda card: (card.said.rank, card.days or Days(dt.date.max, dt.date.max)))
    if card.said.rank >= rules.PARCELS["in_transit"].rank:
        ahead = [card for card in cards if card.days is not None]
        card = min(ahead, key=lambda card: card.days) if ahead else card
    if len(cards) == 1:
        return card.title, card.said.text, card.said.tone
    arrived = sum(other.said.step == 4 for other in cards)
    if arrived == len(cards):
        count = "Both" if len(cards) == 2 else f"All {len(cards)}"
        return f"Delivered {view.moment(order.delivered_at)}".strip(), f"{count} parcels have arrived.", "ok"
    so_far = f" {arrived} of {len(cards)} have arrived." if arrived else ""
    return card.title, f"{card.label}: {card.said.text}{so_far}", card.said.tone


def _changed(order: Any, pieces: Sequence[Piece], view: View) -> str:
    """The last thing that happened, with its time."""
    happened = [(order.placed_at, "we received your order"), (order.cancelled_at, "the order was cancelled")]
    for piece in pieces:
        happened.append((piece.packed_at, "a parcel was packed"))
        if piece.parcel is not None:
            happened.append((piece.parcel.handed_over_at, f"handed over to {carriers.carrier_of(piece.parcel.carrier).name}"))
            happened.append((piece.parcel.delivered_at, "a parcel was delivered"))
    known = [(at, place, what) for place, (at, what) in enumerate(happened) if at is not None]
    at, _, what = max(known)
    return f"{view.moment(at)}: {what}"


def _money(order: Any) -> tuple[str, str] | None:
    owed = order.captured - order.refunded if order.phase == "cancelled" else order.total - order.captured
    return rules.payment_said(
        order.payment_status,
        order.phase,
        order.pay_on,
        money(max(0, owed), order.currency),
        money(order.refunded, order.currency),
    )
