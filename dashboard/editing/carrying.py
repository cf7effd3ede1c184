"""Money between orders: payments stay on the order they were made for, and a carry says how much of them counts for another.

A card's authorization is one promise with one provider; it cannot be cut in two, and a refund and a new charge would be a lie on the
customer's statement. So no payment row is touched: `orders.carried` (promised) and `orders.carried_received` (as much of it as came
in) are the sums of the carries, with opposite signs at both ends, and the headline of an order counts them as its own.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.editing.model import OrderCarry
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import Order
from dashboard.orders.rules import promised
from dashboard.payments.commands import ReleaseSurplus
from dashboard.payments.surplus import release_surplus


def surplus(tx: Tx, order_id: int) -> tuple[int, int]:
    """(promised, received) above what the order costs itself; received is a part of promised."""
    row = _order(tx, order_id)
    received = row.captured + row.carried_received - row.repaid
    return max(0, promised(row) - row.total), max(0, received - row.total)


def carry(tx: Tx, from_id: int, to_id: int, amount: int, received: int, edit_id: int, now: dt.datetime) -> None:
    """Let so much of one order's money count for the other. The caller re-derives both."""
    if amount <= 0:
        return
    received = min(received, amount)
    currency = _order(tx, from_id).currency
    tx.execute(
        sa.insert(OrderCarry).values(
            from_order_id=from_id, to_order_id=to_id, amount=amount, received=received, currency=currency, edit_id=edit_id, at=now
        )
    )
    restate(tx, from_id, to_id)


def restate(tx: Tx, *order_ids: int) -> None:
    """Write the sums of the orders' carries into their rows."""
    for order_id in sorted(order_ids):
        sums = {}
        for name, column in (("carried", OrderCarry.amount), ("carried_received", OrderCarry.received)):
            into = sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(OrderCarry.to_order_id == order_id)
            out = sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(OrderCarry.from_order_id == order_id)
            sums[name] = int(tx.execute(into).scalar_one()) - int(tx.execute(out).scalar_one())
        tx.execute(sa.update(Order).where(Order.id == order_id).values(**sums))


def settle(tx: Tx, order_id: int, actor: Actor, now: dt.datetime) -> int:
    """Follow a payment of the order: what came in beyond its own cost has arrived for the others; a promise that is void carries
    nothing any more. Returns how many carries changed."""
    rows = list(tx.execute(sa.select(OrderCarry.__table__).where(OrderCarry.from_order_id == order_id).order_by(OrderCarry.id)))
    if not rows:
        return 0
    for other in sorted({order_id, *(row.to_order_id for row in rows)}):
        derive.check_version(tx, other, None)
    own = _order(tx, order_id)
    out = sum(row.amount for row in rows)
    arrived = sum(row.received for row in rows)
    left = max(0, promised(own) + out - own.total)
    came = max(0, own.captured + own.carried_received + arrived - own.repaid - own.total)
    changed: set[int] = set()
    for row in rows:
        amount = min(row.amount, left)
        received = min(amount, came)
        left, came = left - amount, came - received
        if (amount, received) == (row.amount, row.received):
            continue
        changed.add(row.to_order_id)
        here = OrderCarry.id == row.id
        if amount:
            tx.execute(sa.update(OrderCarry).where(here).values(amount=amount, received=received))
        else:
            tx.execute(sa.delete(OrderCarry).where(here))
    if changed:
        restate(tx, order_id, *changed)
        for other in sorted({order_id, *changed}):
            derive.rederive(tx, other, actor, now)
    return len(changed)


def give_back(tx: Tx, order_id: int, actor: Actor, now: dt.datetime) -> None:
    """What other orders carried for one that is cancelled counts for them again: it is refunded there, where it was paid, and what
    is only promised there is given back once that order can change no more."""
    senders = set(tx.execute(sa.select(OrderCarry.from_order_id).where(OrderCarry.to_order_id == order_id)).scalars())
    if not senders:
        return
    for other in sorted({order_id, *senders}):
        derive.check_version(tx, other, None)
    tx.execute(sa.delete(OrderCarry).where(OrderCarry.to_order_id == order_id))
    restate(tx, order_id, *senders)
    for other in sorted({order_id, *senders}):
        derive.rederive(tx, other, actor, now)
        release_surplus(tx, ReleaseSurplus(other), actor, now)


def _order(tx: Tx, order_id: int) -> Any:
    return tx.execute(sa.select(Order.__table__).where(Order.id == order_id)).one()
