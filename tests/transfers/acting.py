"""Transfers through the real actions, and what there is of a SKU: on shelves, on the way, lost."""

import datetime as dt
from typing import Any

from dashboard.kernel.actor import Actor
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
from tests.factories import MIA, NOW, do, one, read


def wanted(*lines: tuple[str, int], origin: str = "north", target: str = "south", **more: Any) -> DraftTransfer:
    return DraftTransfer(origin, target, tuple(DraftedLine(*line) for line in lines), **more)


def draft(*lines: tuple[str, int], actor: Actor = MIA, **more: Any) -> str:
    """The number of a new draft of (SKU, units) lines."""
    return do(draft_transfer, wanted(*lines, **more), actor=actor).number


def dispatch(number: str, now: dt.datetime = NOW, **more: Any) -> Any:
    return do(dispatch_transfer, DispatchTransfer(number, **more), now)


def sent(*lines: tuple[str, int], **more: Any) -> str:
    """The number of a transfer that is on the way."""
    number = draft(*lines, **more)
    dispatch(number)
    return number


def receive(number: str, *lines: tuple[Any, ...], **more: Any) -> Any:
    """(SKU, whole, damaged) lines; without any: all that is on the way."""
    return do(receive_transfer, ReceiveTransfer(number, tuple(Arrival(*line) for line in lines) or None, **more))


def lose(number: str, *lines: tuple[str, int], reason: str = "missing", **more: Any) -> Any:
    return do(settle_loss, SettleLoss(number, tuple(Loss(*line) for line in lines), reason, **more))


def back(number: str) -> Any:
    return do(send_back, SendBack(number))


def cancel(number: str) -> Any:
    return do(cancel_transfer, CancelTransfer(number))


def status(number: str) -> str:
    return one("SELECT status FROM transfer WHERE number = :number", number=number)


def tally(number: str, sku: str = "A") -> tuple[int, ...]:
    """(sent, received, damaged, lost, returned) of one line."""
    return read(
        "SELECT l.sent, l.received, l.damaged, l.lost, l.returned FROM transfer_line l JOIN transfer t ON t.id = l.transfer_id"
        " JOIN sku s ON s.id = l.sku_id WHERE t.number = :number AND s.code = :sku",
        number=number,
        sku=sku,
    )[0]


def shelf(sku: str, place: str) -> tuple[int, int, int]:
    """(on hand, allocated, damaged); nothing for a SKU that was never there."""
    found = read(
        "SELECT b.on_hand, b.allocated, b.damaged FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l"
        " ON l.id = b.location_id WHERE s.code = :sku AND l.code = :place",
        sku=sku,
        place=place,
    )
    return found[0] if found else (0, 0, 0)


def everywhere(sku: str) -> int:
    """Units on hand at all locations, on the way, and lost: what no transfer may change."""
    on_hand = one("SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b JOIN sku s ON s.id = b.sku_id WHERE s.code = :sku", sku=sku)
    away = one(
        "SELECT coalesce(sum(l.sent - l.received - l.damaged - l.returned), 0) FROM transfer_line l JOIN sku s ON s.id = l.sku_id"
        " WHERE s.code = :sku",
        sku=sku,
    )
    return int(on_hand) + int(away)
