"""Transfers of the demo shop: at least one in every state, with damage, a loss and one that came back."""

import datetime as dt
import random
from typing import Any

import sqlalchemy as sa

from dashboard.demo.crew import MIA, TOM
from dashboard.kernel.tx import Tx
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back, settle_loss
from dashboard.transfers.commands import (
    Arrival,
    CancelTransfer,
    DispatchTransfer,
    DraftedLine,
    DraftTransfer,
    Loss,
    ReceiveTransfer,
    SendBack,
    SettleLoss,
)
from dashboard.transfers.drafts import cancel_transfer, draft_transfer

STORY = (
    (30 * 24, "north", "south", "received", "Weekly levelling"),
    (21 * 24, "south", "harbour", "lost", "Stock for the marketplace"),
    (14 * 24, "north", "harbour", "damaged", "Stock for the marketplace"),
    (9 * 24, "south", "north", "sent_back", ""),
    (6 * 24, "north", "harbour", "cancelled", ""),
    (52, "north", "south", "partly", "Weekly levelling"),
    (27, "north", "harbour", "on_the_way", "Stock for the marketplace"),
    (20, "south", "north", "on_the_way", ""),
    (5, "north", "south", "draft", "Before the weekend"),
    (3, "south", "harbour", "draft", ""),
)
"""(hours before the end, from, to, how it ends, note)."""
_ON_SHELF = sa.text(
    "SELECT s.id, s.code, b.on_hand - b.allocated - b.held - b.damaged - b.quarantine AS available FROM stock_balance b"
    " JOIN sku s ON s.id = b.sku_id AND s.kind = 'stock' AND s.tracks <> 'serials'"
    " JOIN location l ON l.id = b.location_id WHERE l.code = :place"
    " AND b.on_hand - b.allocated - b.held - b.damaged - b.quarantine >= 6 ORDER BY available DESC, s.id LIMIT 20"
)


def plan(world: Any, seed: int) -> None:
    """Put the transfers among what will happen. Their chance is their own: the rest of the history does not change with them."""
    dice = random.Random(f"transfers {seed}")  # noqa: S311 (a repeatable play, not a secret)
    for hours, origin, target, ending, note in STORY:
        world.plan(world.until - dt.timedelta(hours=hours), draft, dice.random(), origin, target, ending, note)


def draft(tx: Tx, world: Any, now: dt.datetime, chance: float, origin: str, target: str, ending: str, note: str) -> None:
    """A few SKUs of which there are many at the first location."""
    dice = random.Random(chance)  # noqa: S311 (a repeatable play, not a secret)
    shelf = tx.execute(_ON_SHELF, {"place": origin}).all()
    chosen = dice.sample(shelf, min(len(shelf), dice.randrange(2, 5)))
    lines = tuple(DraftedLine(row.code, max(3, min(24, row.available // 3))) for row in chosen)
    expected_on = (now + dt.timedelta(days=2)).date()
    number = draft_transfer(tx, DraftTransfer(origin, target, lines, note, expected_on), MIA, now).number
    if ending == "cancelled":
        world.plan(now + dt.timedelta(hours=2), cancel, number)
    elif ending != "draft":
        world.plan(now + dt.timedelta(minutes=40), dispatch, number, lines, ending)


def cancel(tx: Tx, _world: Any, now: dt.datetime, number: str) -> None:
    cancel_transfer(tx, CancelTransfer(number, "The van is full"), MIA, now)


def dispatch(tx: Tx, world: Any, now: dt.datetime, number: str, lines: tuple[DraftedLine, ...], ending: str) -> None:
    """The units leave; what becomes of them comes a day later."""
    dispatch_transfer(tx, DispatchTransfer(number), TOM, now)
    if ending == "sent_back":
        world.plan(now + dt.timedelta(hours=5), go_back, number)
    elif ending != "on_the_way":
        world.plan(now + dt.timedelta(hours=26), arrive, number, lines, ending)


def go_back(tx: Tx, _world: Any, now: dt.datetime, number: str) -> None:
    send_back(tx, SendBack(number, "The road is closed"), TOM, now)


def arrive(tx: Tx, _world: Any, now: dt.datetime, number: str, lines: tuple[DraftedLine, ...], ending: str) -> None:
    """All of it, part of it, some of it broken, or one unit short for ever."""
    first = lines[0]
    arrived = {
        "received": None,
        "damaged": (Arrival(first.sku, first.units - 1, 1), *(Arrival(*line) for line in lines[1:])),
        "partly": (Arrival(first.sku, first.units - 1),),
        "lost": (Arrival(first.sku, first.units - 1), *(Arrival(*line) for line in lines[1:])),
    }[ending]
    receive_transfer(tx, ReceiveTransfer(number, arrived), TOM, now)
    if ending == "lost":
        settle_loss(tx, SettleLoss(number, (Loss(first.sku, 1),), "carrier", "One box was open"), MIA, now)
