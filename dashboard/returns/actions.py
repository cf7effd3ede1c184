"""What people do with returns: agree to one, receive it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.inventory import balances, tracked
from dashboard.inventory.balances import Move
from dashboard.inventory.model import Location
from dashboard.inventory.tracked import Disposed
from dashboard.inventory.tracked_units import NOTHING, Given
from dashboard.kernel import crash, ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx
from dashboard.orders import counters, derive
from dashboard.orders.model import Order, OrderLine, OrderLinePart
from dashboard.returns import rules
from dashboard.returns.commands import ReceiveReturn, RequestReturn
from dashboard.returns.events import ReturnMoved
from dashboard.returns.model import Return, ReturnLine


def request_return(tx: Tx, command: RequestReturn, actor: Actor, now: dt.datetime) -> int:
    """Agree that shipped units may come back. Returns the return's id.

    Raises: Invalid, without items, for an unknown reason or disposition; Conflict, for more than was shipped and not yet returned.
    """
    if command.reason not in rules.REASONS:
        raise Invalid(f"Choose why: {', '.join(rules.REASONS)}.", fields={"reason": "unknown reason"})
    if trouble := text.trouble(command.note, 2000):
        raise Invalid(f"The note cannot be kept: {trouble}.", fields={"note": trouble})
    derive.check_version(tx, command.order_id, None)
    order = tx.execute(sa.select(Order.number, Order.channel, Order.currency).where(Order.id == command.order_id)).one()
    lines = _checked_lines(tx, command)
    return_id = next_ids(tx, "return_", 1)[0]
    tx.orm.add(
        Return(
            id=return_id,
            number=f"R{return_id:05d}",
            order_id=command.order_id,
            channel=order.channel,
            status="approved",
            reason=command.reason,
            note=ids.mask_cards(command.note),
            currency=order.currency,
            requested_at=now,
            value_e4=sum(line.unit_price_e4 * item.units for item, line in lines),
        )
    )
    tx.flush()
    tx.orm.add_all(
        [
            ReturnLine(
                return_id=return_id,
                order_line_id=line.id,
                sku_id=line.sku_id,
                sku_code=line.sku_code,
                units=item.units,
                unit_price_e4=line.unit_price_e4,
                disposition=item.disposition,
            )
            for item, line in lines
        ]
    )
    tx.execute(sa.update(Order).where(Order.id == command.order_id).values(open_returns=Order.open_returns + 1))
    derive.rederive(tx, command.order_id, actor, now)
    _record(
        tx,
        return_id,
        1,
        command.order_id,
        None,
        "approved",
        command.reason,
        [[line.sku_code, item.units, item.disposition] for item, line in lines],
        actor,
        now,
    )
    return return_id


def _checked_lines(tx: Tx, command: RequestReturn) -> list[tuple]:
    if not command.items:
        raise Invalid("Choose at least one item.", fields={"items": "required"})
    rows = {
        row.id: row
        for row in tx.execute(
            sa.select(
                OrderLine.id, OrderLine.sku_id, OrderLine.sku_code, OrderLine.unit_price_e4, OrderLine.shipped, OrderLine.returned
            ).where(OrderLine.order_id == command.order_id)
        )
    }
    announced: Sequence[Any] = tx.execute(
        sa.select(ReturnLine.order_line_id, sa.func.sum(ReturnLine.units))
        .join(Return, Return.id == ReturnLine.return_id)
        .where(Return.order_id == command.order_id, Return.status.in_(("approved", "in_transit")))
        .group_by(ReturnLine.order_line_id)
    ).all()
    asked = {line_id: int(units) for line_id, units in announced}
    found = []
    for item in command.items:
        line = rows.get(item.order_line_id)
        if line is None:
            raise Invalid("That line is not on this order.", fields={str(item.order_line_id): "not on this order"})
        if item.disposition not in rules.DISPOSITIONS:
            raise Invalid(f"Choose a disposition: {', '.join(rules.DISPOSITIONS)}.", fields={str(line.id): "unknown disposition"})
        left = line.shipped - line.returned - asked.get(line.id, 0)
        if not 1 <= item.units <= left:
            raise Conflict(
                f"At most {left} units of {line.sku_code} can come back; {item.units} were given.", most=left, wanted=item.units
            )
        asked[line.id] = asked.get(line.id, 0) + item.units
        found.append((item, line))
    return found


def receive_return(tx: Tx, command: ReceiveReturn, actor: Actor, now: dt.datetime) -> int:
    """The goods are here: stock, counters and the return's end in one transaction. Returns the order's id.

    Raises: NotFound; Conflict, when it was received already or changed; Invalid, when it is not clear which serial numbers come back.
    """
    found = tx.orm.get(Return, command.return_id, with_for_update=True)
    if found is None or found.order_id is None:
        raise NotFound("This return does not exist.")
    if command.version is not None and found.version != command.version:
        raise Conflict("This return was changed meanwhile.", version=found.version, seen=command.version)
    rules.RETURN.check(found.status, "received")
    derive.check_version(tx, found.order_id, None)  # the order before its shelves, as everybody locks them
    place = tx.execute(sa.select(Location.id).where(Location.code == command.location)).scalar()
    if place is None:
        raise NotFound(f"There is no location {command.location[:40]}.", location=command.location[:40])
    lines = tx.execute(
        sa.select(ReturnLine.order_line_id, ReturnLine.sku_id, ReturnLine.sku_code, ReturnLine.units, ReturnLine.disposition)
        .where(ReturnLine.return_id == found.id)
        .order_by(ReturnLine.sku_id, ReturnLine.id)
    ).all()
    _restock(tx, found, lines, place, command.given, actor, now)
    crash.point("return_restocked")
    for line in lines:
        if not counters.return_units(tx, line.order_line_id, line.units):
            raise Conflict(f"More of {line.sku_code} would come back than was shipped.", sku=line.sku_code)
    tx.execute(sa.update(ReturnLine).where(ReturnLine.return_id == found.id).values(location_id=place))
    found.status, found.received_at, found.closed_at = "closed", now, now
    found.version += 1
    tx.execute(sa.update(Order).where(Order.id == found.order_id).values(open_returns=Order.open_returns - 1))
    derive.rederive(tx, found.order_id, actor, now)
    _record(
        tx,
        found.id,
        found.version,
        found.order_id,
        "approved",
        "closed",
        found.reason,
        [[line.sku_code, line.units, line.disposition] for line in lines],
        actor,
        now,
    )
    return found.order_id


def _on_shelf(tx: Tx, lines: Sequence[Any]) -> list[tuple[int, int, str]]:
    """(SKU id, units, disposition) of what comes back: a kit as the parts it was sold with."""
    wanted = {line.order_line_id for line in lines}
    parts: dict[int, list[tuple[int, int]]] = {}
    query = sa.select(OrderLinePart.order_line_id, OrderLinePart.sku_id, OrderLinePart.units)
    rows: Sequence[Any] = tx.execute(query.where(OrderLinePart.order_line_id.in_(wanted)).order_by(OrderLinePart.sku_id)).all()
    for line_id, sku_id, per in rows:
        parts.setdefault(line_id, []).append((sku_id, per))
    return [
        (sku_id, line.units * per, line.disposition)
        for line in lines
        for sku_id, per in parts.get(line.order_line_id, [(line.sku_id, 1)])
        if sku_id is not None
    ]


def _restock(
    tx: Tx, found: Return, lines: Sequence[Any], place: int, given: Mapping[str, Given], actor: Actor, now: dt.datetime
) -> None:
    moves = []
    left = {lookup.folded(sku): one.at(f"{sku}.") for sku, one in given.items()}
    goods = _on_shelf(tx, lines)
    shelf = {sku_id: balances.at(tx, sku_id, place) for sku_id in sorted({sku_id for sku_id, _, _ in goods})}
    gone = []
    for sku_id, units, disposition in goods:
        change = rules.stock_change(disposition, units)
        sku = shelf[sku_id].sku
        mine, left[sku] = left.get(sku, NOTHING).split(units)
        if not change:
            gone.append(Disposed(sku, sku_id, found.order_id or 0, units, f"return:{found.id}", disposition, mine))
        else:
            moves.append(
                Move(
                    shelf[sku_id],
                    "returned",
                    order_id=found.order_id,
                    cause=f"return:{found.id}",
                    reason=found.reason,
                    given=mine if mine.named else NOTHING,
                    **change,
                )
            )
    for sku, rest in left.items():
        if rest.named:
            raise rest.complain("serials" if rest.serials else "lots", f"{sku}: more lots or serial numbers than units come back.")
    if moves:
        balances.move(tx, moves, actor, now)
    for one in gone:
        tracked.dispose(tx, one, actor, now)


def _record(
    tx: Tx,
    return_id: int,
    version: int,
    order_id: int | None,
    before: str | None,
    after: str,
    reason: str,
    items: list,
    actor: Actor,
    now: dt.datetime,
) -> None:
    tx.record(
        ReturnMoved(
            id=return_id,
            version=version,
            order_id=order_id,
            number=f"R{return_id:05d}",
            before=before,
            after=after,
            reason=reason,
            items=items,
        ),
        actor,
        now,
    )
