"""At the end of the demo's history: orders that were changed, split, merged and cancelled in part; drafts and quotes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.channels.actions import place_order
from dashboard.demo.crew import CHANNEL, MIA, SAM
from dashboard.demo.people import person
from dashboard.demo.shop import CURRENCY
from dashboard.drafts.actions import save_draft
from dashboard.drafts.commands import SaveDraft
from dashboard.drafts.rules import document_of
from dashboard.editing import store
from dashboard.editing.actions import edit_order
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import (
    CancelUnits,
    Change,
    Discount,
    EditOrder,
    MergeOrders,
    SetAddress,
    SetPriority,
    SetQuantity,
    SetShipping,
    SplitOrder,
    UndoEdit,
)
from dashboard.editing.facts import Facts
from dashboard.editing.merging import merge_orders
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.inventory.model import StockBalance
from dashboard.inventory.store.cell import AVAILABLE
from dashboard.kernel import db
from dashboard.kernel.tx import Tx
from dashboard.orders.commands import CaptureOrder, DraftLine, PaymentDraft
from dashboard.orders.draft import TypedLine, read_draft

EACH = 2
"""Orders of each kind."""
QUOTE_DAYS = (None, 14, -2, None, 7)
"""Until when each draft holds: None for a draft that is no quote."""


def show(world: Any) -> None:
    """Orders of the last minutes that Sam and Mia work on, before any picker does."""
    now = world.until
    for place in range(EACH * len(DEEDS)):
        at = now - dt.timedelta(minutes=40 - place)
        db.database().write(lambda tx, place=place, at=at: _play(tx, world, place, at), once=True)
    db.database().write(lambda tx: _drafts(tx, world, now), once=True)


def _play(tx: Tx, world: Any, place: int, at: dt.datetime) -> None:
    """One customer orders two things, and then something is done with the order."""
    free = sa.func.sum(AVAILABLE)
    most = (
        sa.select(Sku.code)
        .join(StockBalance, StockBalance.sku_id == Sku.id)
        .where(Sku.kind == "stock", Sku.tracks == "none")
        .group_by(Sku.id, Sku.code)
        .order_by(free.desc(), Sku.id)
    )
    codes = tx.execute(most.limit(EACH * len(DEEDS) + 1)).scalars().all()[place : place + 2]
    who, lines = person(world.dice), tuple(DraftLine(code, 2 + place % 2) for code in codes)
    total = sum(world.prices[line.sku] * line.quantity for line in lines)
    payment = PaymentDraft("manual", total)
    asked = CaptureOrder("web", CURRENCY, lines, None, at, who.customer, who.address, 0, payment, "backorder")
    order = place_order(tx, asked, CHANNEL, at)
    tx.flush()
    facts, after = store.order_facts(tx.connection, order.id), at + dt.timedelta(minutes=8)
    DEEDS[place % len(DEEDS)](tx, facts, after, place >= len(DEEDS))


def _edit(tx: Tx, facts: Facts, changes: Iterable[Change], reason: str, now: dt.datetime) -> int | None:
    return edit_order(tx, EditOrder(facts.id, tuple(changes), on_shortage="backorder", reason=reason), SAM, now).edit_id


def _discount(tx: Tx, facts: Facts, now: dt.datetime, _again: bool) -> None:
    _edit(tx, facts, [Discount(percent=10, name="SUMMER10"), SetPriority(1)], "Code was forgotten at the checkout", now)


def _another(tx: Tx, facts: Facts, now: dt.datetime, _again: bool) -> None:
    line = next(line for line in facts.lines if line.live)
    _edit(tx, facts, [SetQuantity(line.id, line.live + 1), SetShipping("express")], "Customer called", now)


def _moved_house(tx: Tx, facts: Facts, now: dt.datetime, again: bool) -> None:
    edit_id = _edit(tx, facts, [SetAddress({"line1": "2 Mill Lane"})], "New address", now)
    if edit_id is not None and again:
        undo_edit(tx, UndoEdit(edit_id), MIA, now + dt.timedelta(minutes=5))


def _one_less(tx: Tx, facts: Facts, now: dt.datetime, _again: bool) -> None:
    line = max(facts.lines, key=lambda line: line.live)
    cancel_units(tx, CancelUnits(facts.id, {line.id: 1}, "customer"), SAM, now)


def _split(tx: Tx, facts: Facts, now: dt.datetime, again: bool) -> None:
    """again: the customer would rather have one parcel after all."""
    line = max(facts.lines, key=lambda line: line.live)
    made = split_order(tx, SplitOrder(facts.id, {line.id: 1}), MIA, now)
    if again:
        merge_orders(tx, MergeOrders(facts.id, made.other_id), MIA, now + dt.timedelta(minutes=5))


DEEDS = (_discount, _another, _moved_house, _one_less, _split)


def _drafts(tx: Tx, world: Any, now: dt.datetime) -> None:
    for place, days in enumerate(QUOTE_DAYS):
        who, item = person(world.dice), world.skus[place * 7]
        typed = read_draft({"customer_name": who.customer.name, "customer_email": who.customer.email, "currency": CURRENCY})
        typed.values |= {f"ship_{name}": value for name, value in vars(who.address).items()}
        price, units = f"{item.price_minor / 100:.2f}", place + 1
        line = TypedLine(0, item.code, str(units), price, "", "5.00" if days else "", "", "First order" if days else "")
        typed.lines[:] = [line]
        total = item.price_minor * units - (500 if days else 0)
        at = now - dt.timedelta(days=4, hours=place)
        until = at.date() + dt.timedelta(days=4 + days) if days else None
        save_draft(tx, SaveDraft(document_of(typed), "quote" if days else "draft", until, total), SAM, at)
