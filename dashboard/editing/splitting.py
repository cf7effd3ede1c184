"""Split an order: some of its units become an order of their own, with their stock, their work and their share of the money."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.lookup import SkuFacts
from dashboard.editing import applying, moving, store
from dashboard.editing.commands import SplitOrder
from dashboard.editing.events import OrderSplit
from dashboard.editing.facts import Facts
from dashboard.editing.model import OrderEdit
from dashboard.editing.moving import Moved
from dashboard.kernel import clock, crash
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx
from dashboard.orders import actions as orders
from dashboard.orders import derive, lines, rows
from dashboard.orders.capture import tracking_token
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft, PlaceHold
from dashboard.orders.events import OrderCaptured
from dashboard.orders.model import Order, OrderHold
from dashboard.orders.rows import Line
from dashboard.orders.rules import promised
from dashboard.orders.still_open import check_open
from dashboard.payments import actions as payments
from dashboard.payments import carrying


class Split(NamedTuple):
    """number: of the order that stays; other: of the new one; carried: minor units of the first one's money that count for it;
    reshelved: units that were picked, and are picked again for the new one."""

    order_id: int
    number: str
    version: int
    other_id: int
    other: str
    carried: int
    currency: str
    reshelved: int = 0


def split_order(tx: Tx, command: SplitOrder, actor: Actor, now: dt.datetime) -> Split:
    """The new order keeps customer, address, channel, promise and holds; shipping is paid on the one that stays.

    Raises: NotFound; Invalid (facts: fields), for units that are packed, none at all, or all; Conflict, when it changed or is not open.
    """
    carrying.lock(tx, command.order_id)
    derive.check_version(tx, command.order_id, command.version)
    facts = store.order_facts(tx.connection, command.order_id)
    check_open(facts, "only an open order can be split")
    gone = moving.moved(facts, command.units)
    if not gone:
        raise Invalid("Say which units go.", fields={"units": "say which units go"})
    if sum(one.units for one in gone) >= sum(line.live for line in facts.lines):
        raise Invalid("Something must stay: that is the whole order.", fields={"units": "something must stay"})
    order = tx.execute(sa.select(Order.__table__).where(Order.id == facts.id)).one()
    applying.take_off(tx, facts, [one.rest for one in gone], "shelf", "moved", actor, now)
    crash.point("split_units_off")
    other_id, number = _open(tx, order, gone, actor, now)
    _restate(tx, facts, gone)
    return _settle(tx, facts, other_id, number, gone, actor, now)


def _open(tx: Tx, order: Any, gone: Sequence[Moved], actor: Actor, now: dt.datetime) -> tuple[int, str]:
    """The new order's rows, its stock, work, payment record and holds."""
    order_id = next_ids(tx, "orders", 1)[0]
    line_ids = next_ids(tx, "order_line", len(gone))
    taken = tuple(
        _line(line_id, place, one, order.currency) for place, (line_id, one) in enumerate(zip(line_ids, gone, strict=True))
    )
    command = _command(order, taken)
    token = tracking_token(order_id)
    work = "allocated" if any(one.allocated for one in gone) else None
    due = order.ship_by or now
    fresh = rows.order_row(command, order_id, taken, work, None, due, token, now)  # keep_order_work knows where
    tx.add(rows.INSERT, [fresh.row])
    tx.add(rows.INSERT_LINES, [rows.line_row(order_id, line, done=fresh.is_done) for line in taken])
    derive.count(tx, order_id, frozenset(), fresh.views)
    tx.record(_captured(command, order_id, fresh, taken), actor, now)
    ids = {one.line.id: line_id for line_id, one in zip(line_ids, gone, strict=True)}
    moving.keep_recipes(tx, gone, ids)
    moving.keep_names(tx, gone, ids)
    moving.give_stock(tx, fresh.number, order_id, gone, ids, actor, now, new=True)
    payments.open_payment(tx, order_id, PaymentDraft(), order.currency, actor, now)
    own = {"shipping_method": order.shipping_method, "priority": order.priority, "promised_at": order.promised_at}
    tx.execute(sa.update(Order).where(Order.id == order_id).values(**own))
    for hold in tx.execute(
        sa.select(OrderHold.__table__).where(OrderHold.order_id == order.id, OrderHold.released_at.is_(None))
    ).all():
        until = hold.until if hold.until is not None and hold.until > now else None
        orders.place_hold(tx, PlaceHold(order_id, hold.kind, hold.note, until), actor, now)
    return order_id, fresh.number


def _line(line_id: int, place: int, one: Moved, currency: str) -> Line:
    line = one.line
    sku = SkuFacts(line.sku_id, line.sku, line.name, line.kind, 0, currency, active=True) if line.sku_id is not None else None
    draft = DraftLine(line.sku, one.units, line.unit_price_e4, one.tax, one.discount, line.name)
    allocated = one.units if line.kind == "service" else one.allocated
    return Line(line_id, place + 1, draft, sku, line.unit_price_e4, one.total, allocated, one.units - allocated)


def _command(order: Any, taken: Sequence[Line]) -> CaptureOrder:
    to = Address(**{name: getattr(order, f"ship_{name}") for name in Address.__dataclass_fields__})
    customer = Customer(order.customer_name, order.email, order.phone, order.customer_ref or "")
    drafts = tuple(line.draft for line in taken)
    return CaptureOrder(order.channel, order.currency, drafts, None, order.placed_at, customer, to, pay_on=order.pay_on)


def _captured(command: CaptureOrder, order_id: int, fresh: rows.Fresh, taken: Sequence[Line]) -> OrderCaptured:
    return OrderCaptured(
        id=order_id,
        version=1,
        order_id=order_id,
        number=fresh.number,
        channel=command.channel,
        external_id=None,
        status=fresh.headlines.status,
        phase=fresh.headlines.phase,
        total=fresh.total,
        currency=command.currency,
        lines=[[line.draft.sku, line.draft.quantity] for line in taken],
        short=[[line.draft.sku, line.backordered] for line in taken if line.backordered],
    )


def _restate(tx: Tx, facts: Facts, gone: Sequence[Moved]) -> None:
    priced = (one.rest for one in gone)
    values = ("unit_price_e4", "tax", "discount", "total")
    lines.price(tx, [{"id": rest.line.id, **{name: getattr(rest, name) for name in values}} for rest in priced])
    lines.restate(tx, facts.id)


def _settle(tx: Tx, facts: Facts, other_id: int, number: str, gone: Sequence[Moved], actor: Actor, now: dt.datetime) -> Split:
    """Money that the first order no longer needs counts for the new one; both are written down."""
    order = tx.execute(sa.select(Order.__table__).where(Order.id == facts.id)).one()
    cost = tx.execute(sa.select(Order.total).where(Order.id == other_id)).scalar_one()
    amount = max(0, min(promised(order) - order.total, cost))
    edit_id = write_down(tx, facts.id, "split", _fields(gone), actor, now)
    carrying.carry(tx, facts.id, other_id, amount, edit_id, now)
    carrying.share_out(tx, facts.id, actor, now, leave=(facts.id, other_id))
    version = derive.rederive(tx, facts.id, actor, now)
    other_version = derive.rederive(tx, other_id, actor, now)
    tx.execute(sa.update(OrderEdit).where(OrderEdit.id == edit_id).values(version=version))
    moved, reshelved = [[one.line.sku, one.units] for one in gone], sum(one.reshelved for one in gone)
    for id_, version_, own, peer, away in (
        (facts.id, version, facts.number, number, True),
        (other_id, other_version, number, facts.number, False),
    ):
        tx.record(OrderSplit(id_, version_, id_, own, edit_id, peer, away, moved, amount, facts.currency, reshelved), actor, now)
    return Split(facts.id, facts.number, version, other_id, number, amount, facts.currency, reshelved)


def _fields(gone: Sequence[Moved]) -> dict[str, list[int]]:
    return {f"line:{one.line.id}:quantity": [one.line.live, one.rest.quantity] for one in gone}


def write_down(tx: Tx, order_id: int, kind: str, fields: Mapping[str, Any], actor: Actor, now: dt.datetime) -> int:
    """The edit's row, final; the caller sets its version. Returns its id."""
    values = {"order_id": order_id, "kind": kind, "version": 0, "fields": json.dumps(fields), "restores": "{}", "final": True}
    who = {"reason": "", "actor": actor.ref, "actor_name": actor.name, "at": clock.micros(now)}
    return tx.execute(sa.insert(OrderEdit).values(**values, **who).returning(OrderEdit.id)).scalar_one()
