"""An order takes what was held for it: held units become allocated ones in the order's own transaction."""

import datetime as dt
from typing import NamedTuple

from dashboard.inventory import hold_rows
from dashboard.inventory.allocation import Decision
from dashboard.inventory.hold_rows import HoldRow, Units
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx


class Claim(NamedTuple):
    """A hold this transaction has for itself. units: {(SKU id, location id): units}, to be counted as stock for the order alone."""

    hold: HoldRow
    units: Units


def claim(tx: Tx, token: str, channel: str, actor: Actor, now: dt.datetime) -> Claim | None:
    """Lock the hold for the order that names it. None when its time was over (it ends here then) or it was given back: the order
    is served from ordinary stock.

    Raises: Invalid (facts: fields), for a token this channel does not know; Conflict (facts: state), when an order has used it.
    """
    hold = None if text.trouble(token, 40) else hold_rows.find(tx, token)
    if hold is None or hold.channel != channel:
        raise Invalid("There is no such stock hold in this channel.", fields={"stock_hold": "unknown"})
    if hold.state == "used":
        raise Conflict("Another order has used this stock hold. Order without it, or hold the stock again.", state="used")
    if hold.is_open(now):
        return Claim(hold, hold_rows.units_of(tx, [hold.id])[hold.id])
    if hold.state == "held":
        hold_rows.end(tx, [hold], "expired", actor, now)
    return None


def use(tx: Tx, claim_: Claim, decision: Decision, order_id: int, actor: Actor, now: dt.datetime) -> None:
    """End the hold right before the order's units are allocated: what the order does not take goes back to the shelf."""
    hold_rows.end(tx, [claim_.hold], "used", actor, now, stock=decision.stock, order_id=order_id)
