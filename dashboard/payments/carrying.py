"""Money between orders: payments stay on the order they were made for, and a carry says how much of them counts for another.

A card's authorization is one promise with one provider; it cannot be cut in two, and a refund and a new charge would be a lie on the
customer's statement. So no payment row is touched: `orders.carried` (promised) and `orders.carried_received` (as much of it as came
in) are the sums of the carries, with opposite signs at both ends, and the headline of an order counts them as its own.

Orders that carry for each other are a family. What is carried follows what each of them costs, until the last of them is over.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import Order
from dashboard.orders.rules import owed
from dashboard.payments.model import OrderCarry
from dashboard.payments.sharing import Flow, Member, share

_COLUMNS = (
    Order.id,
    Order.status,
    Order.total,
    Order.currency,
    Order.authorized,
    Order.voided,
    Order.captured,
    Order.refunded,
    Order.repaid,
    Order.carried,
    Order.carried_received,
)


class _Link(NamedTuple):
    """What is carried between two orders, as it is stored. Two rows of one amount cancel out: nothing is carried, for now."""

    payer: int
    to: int
    amount: int
    received: int
    edit_id: int


def family(tx: Tx, *order_ids: int) -> list[int]:
    """These orders and those that any of them was split off, or merged with, by id."""
    found: set[int] = set()
    new = set(order_ids)
    while new:
        found |= new
        ends = (OrderCarry.from_order_id, OrderCarry.to_order_id)
        rows = tx.execute(sa.select(*ends).where(sa.or_(*(end.in_(sorted(new)) for end in ends))))
        new = {end for row in rows for end in row} - found
    return sorted(found)


def lock(tx: Tx, *order_ids: int) -> list[int]:
    """Lock the family, in the order of ids. Returns it."""
    locked: list[int] = []
    while locked != (ids := family(tx, *order_ids)):
        for order_id in ids:
            derive.check_version(tx, order_id, None)
        locked = ids
    return locked


def carry(tx: Tx, from_id: int, to_id: int, amount: int, edit_id: int, now: dt.datetime) -> None:
    """Let so much of one order's money count for the other. The caller shares out, and re-derives both."""
    if amount <= 0:
        return
    currency = tx.execute(sa.select(Order.currency).where(Order.id == from_id)).scalar_one()
    _insert(tx, [_Link(from_id, to_id, amount, 0, edit_id)], currency, now)
    for order_id, change in ((from_id, -amount), (to_id, amount)):
        tx.execute(sa.update(Order).where(Order.id == order_id).values(carried=Order.carried + change))


def share_out(
    tx: Tx, order_id: int, actor: Actor, now: dt.datetime, *, ended: Collection[int] = (), leave: Collection[int] = ()
) -> int:
    """Let the payments of an order's family count where they are needed now.

    Args: ended: orders that are being cancelled, and need nothing. leave: orders that the caller re-derives itself.
    Returns how many orders changed.
    """
    ids = lock(tx, order_id)
    if len(ids) == 1:
        return 0
    orders = tx.execute(sa.select(*_COLUMNS).where(Order.id.in_(ids)).order_by(Order.id)).all()
    flows = share(_member(row, ended) for row in orders)
    _keep(tx, ids, flows, orders[0].currency, now)
    changed = 0
    for row in orders:
        sums = _sums(row.id, flows)
        if sums != (row.carried, row.carried_received):
            changed += 1
            tx.execute(sa.update(Order).where(Order.id == row.id).values(carried=sums[0], carried_received=sums[1]))
            if row.id not in leave:
                derive.rederive(tx, row.id, actor, now)
    return changed


def _member(row: Any, ended: Collection[int]) -> Member:
    return Member(
        row.id,
        0 if row.id in ended else owed(row),
        max(0, row.captured - row.repaid),
        row.authorized - row.voided - row.captured,
        row.carried,
        row.refunded - row.repaid,
    )


def _sums(order_id: int, flows: Sequence[Flow]) -> tuple[int, int]:
    into = [flow for flow in flows if flow.to == order_id]
    out = [flow for flow in flows if flow.payer == order_id]
    amount, received = (sum(getattr(flow, name) for flow in into) for name in ("amount", "received"))
    return amount - sum(flow.amount for flow in out), received - sum(flow.received for flow in out)


def _keep(tx: Tx, ids: Sequence[int], flows: Sequence[Flow], currency: str, now: dt.datetime) -> None:
    """Write the flows; two orders that carry nothing for each other by now stay linked, for one of them may need it again."""
    rows = list(tx.execute(sa.select(OrderCarry.__table__).where(OrderCarry.from_order_id.in_(ids)).order_by(OrderCarry.id)))
    stored: dict[frozenset[int], list[_Link]] = {}
    for row in rows:
        link = _Link(row.from_order_id, row.to_order_id, row.amount, row.received, row.edit_id)
        stored.setdefault(frozenset(link[:2]), []).append(link)
    wanted = {pair: [links[0]._replace(received=0), _back(links[0])] for pair, links in stored.items()}
    for flow in flows:
        pair = frozenset(flow[:2])
        edit_id = stored[pair][0].edit_id if pair in stored else rows[-1].edit_id
        wanted[pair] = [_Link(*flow, edit_id)]
    for pair, links in wanted.items():
        if stored.get(pair) != links:
            ends = sorted(pair)
            mine = sa.and_(OrderCarry.from_order_id.in_(ends), OrderCarry.to_order_id.in_(ends))
            tx.execute(sa.delete(OrderCarry).where(mine))
            _insert(tx, links, currency, now)


def _back(link: _Link) -> _Link:
    return link._replace(payer=link.to, to=link.payer, received=0)


def _insert(tx: Tx, links: Sequence[_Link], currency: str, now: dt.datetime) -> None:
    for link in links:
        ends = {"from_order_id": link.payer, "to_order_id": link.to}
        values = {"amount": link.amount, "received": link.received, "edit_id": link.edit_id, "currency": currency, "at": now}
        tx.execute(sa.insert(OrderCarry).values(**ends, **values))
