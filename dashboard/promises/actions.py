"""Promise afresh: who waits for a SKU gets the date of the delivery that serves them, and hears of it when that date moves."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.kernel import clock, jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import Order, OrderLine
from dashboard.promises import facts, keeping, sources
from dashboard.promises.commands import Recompute
from dashboard.promises.events import DueMoved, PromiseChanged
from dashboard.promises.model import OrderPromise
from dashboard.promises.rules import Outcome, outcome
from dashboard.purchasing.model import PurchaseOrder, PurchaseOrderLine

MOST_ORDERS = 50
"""Orders that hear of a moved date in one transaction; a job goes on with the others."""
FOLLOW = "promises.follow"
_PROMISE: Any = OrderPromise.__table__
_COLUMNS = (_PROMISE.c.units, _PROMISE.c.promised_on, _PROMISE.c.basis, _PROMISE.c.purchase_order_id)


class Waits(NamedTuple):
    """A line as it is now. units: that wait. sku_id: None for an item no catalogue knows."""

    line: int
    order_id: int
    position: int
    sku_id: int | None
    sku: str
    units: int


class Changed(NamedTuple):
    """A line's promise before, and its columns after; of one that waits no more only `units`."""

    line: Waits
    before: Any
    after: dict[str, Any]

    @property
    def moves(self) -> bool:
        return "promised_on" in self.after and self.before.promised_on != self.after["promised_on"]


def recompute(tx: Tx, command: Recompute, actor: Actor, now: dt.datetime) -> int:
    """Share out what is there and what comes, and write down whose promise differs. Returns how many orders' dates moved.

    Computed from what is there now, whatever it was called for: once or twice comes to the same.
    """
    found = facts.skus_of(tx.connection, command.order_ids)
    sku_ids = sorted(found | set(command.sku_ids))
    sources.lock(tx, sku_ids)
    lines: set[int] = set()
    for sku_id in sku_ids:
        lines |= sources.share_out(tx, sku_id, now.date(), command.whole)
    lines |= _lines_of(tx, command.order_ids)
    changes = _differing(tx, sorted(lines), command, now)
    moving = sorted({change.line.order_id for change in changes if change.moves})
    later = set(moving[MOST_ORDERS:])
    _write(tx, [change for change in changes if change.line.order_id not in later], command, now)
    _tell(tx, [change for change in changes if change.line.order_id not in later], command, actor, now)
    if later:
        rest = {"sku_ids": sku_ids, "cause": command.cause, "because": command.because}
        jobs.enqueue(tx, FOLLOW, rest, now, title="Promise dates")
    return len(moving) - len(later)


def _lines_of(tx: Tx, order_ids: Sequence[int]) -> set[int]:
    """Lines of these orders that wait, or were promised a date: those of items no catalogue knows among them."""
    if not order_ids:
        return set()
    waiting = sa.select(OrderLine.id).where(OrderLine.order_id.in_(order_ids), OrderLine.backordered > 0)
    promised = sa.select(_PROMISE.c.order_line_id).where(_PROMISE.c.order_id.in_(order_ids), _PROMISE.c.units > 0)
    return set(tx.execute(waiting.union(promised)).scalars())


def _differing(tx: Tx, lines: Sequence[int], command: Recompute, now: dt.datetime) -> list[Changed]:
    """The lines whose promise is not what it should be."""
    if not lines:
        return []
    waits = _waits(tx, lines)
    stored = _locked(tx, [line for line in waits.values() if line.units], lines, now)
    shares = sources.of_lines(tx, lines)
    arrivals = _purchases(tx, {share.key for mine in shares.values() for share in mine if share.key is not None})
    calendar = facts.shop_calendar(tx.connection)
    changes = []
    for id_, before in sorted(stored.items()):
        if id_ in waits:
            soon = before.promised_on or facts.ready_day(calendar, now.date())
            after = _after(waits[id_], outcome(shares.get(id_, ())), arrivals, soon)
            if waits[id_].order_id in command.order_ids and waits[id_].sku in command.preorders:
                after["preorder"] = True
            if any(before._mapping[name] != value for name, value in after.items()):
                changes.append(Changed(waits[id_], before, after))
    return changes


def _after(line: Waits, due: Outcome, arrivals: dict[int, int], soon: dt.date) -> dict[str, Any]:
    """The columns as they should be. soon: when a line whose units are there leaves: as promised, if it was."""
    after: dict[str, Any] = {"order_id": line.order_id, "units": line.units}
    if not line.units:
        return after
    if due.basis == "stock":
        return after | {"promised_on": soon, "basis": "stock", "purchase_order_id": None}
    purchase = arrivals[due.key] if due.key is not None else None
    return after | {"promised_on": due.on, "basis": due.basis, "purchase_order_id": purchase}


def _waits(tx: Tx, lines: Sequence[int]) -> dict[int, Waits]:
    waits = sa.case((Order.status == "open", OrderLine.backordered), else_=0)
    columns = OrderLine.id, OrderLine.order_id, OrderLine.position, OrderLine.sku_id, OrderLine.sku_code, waits
    query = sa.select(*columns).join(Order, Order.id == OrderLine.order_id).where(OrderLine.id.in_(lines))
    return {row[0]: Waits._make(row) for row in tx.execute(query)}


def _locked(tx: Tx, waiting: Sequence[Waits], lines: Sequence[int], now: dt.datetime) -> dict[int, Any]:
    """The promises of these lines, locked in order; made for those that wait without one."""
    known = set(tx.execute(sa.select(_PROMISE.c.order_line_id).where(_PROMISE.c.order_line_id.in_(lines))).scalars())
    fresh = [
        {
            "order_line_id": line.line,
            "order_id": line.order_id,
            "units": line.units,
            "preorder": False,
            "basis": "none",
            "made_at": now,
        }
        for line in sorted(waiting, key=lambda line: line.line)
        if line.line not in known
    ]
    if fresh:
        dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
        tx.execute(dialect.insert(_PROMISE).on_conflict_do_nothing(index_elements=["order_line_id"]), fresh)
    query = sa.select(_PROMISE).where(_PROMISE.c.order_line_id.in_(lines)).order_by(_PROMISE.c.order_line_id).with_for_update()
    return {row.order_line_id: row for row in tx.execute(query)}


def _purchases(tx: Tx, keys: set[int]) -> dict[int, int]:
    """{purchase order line id: purchase order id}."""
    line = PurchaseOrderLine
    return _pairs(tx, sa.select(line.id, line.purchase_order_id).where(line.id.in_(keys))) if keys else {}


def _write(tx: Tx, changes: Sequence[Changed], command: Recompute, now: dt.datetime) -> None:
    for change in changes:
        moved: dict[str, Any] = {}
        if change.moves:
            moved["made_at"] = now
            if change.before.promised_on is not None:
                moved |= {
                    "moved_from": change.before.promised_on,
                    "moved_at": now,
                    "moved_cause": command.cause,
                    "moved_because": command.because[:200],
                }
        tx.execute(sa.update(_PROMISE).where(_PROMISE.c.order_line_id == change.line.line).values(**change.after, **moved))


def _tell(tx: Tx, changes: Sequence[Changed], command: Recompute, actor: Actor, now: dt.datetime) -> None:
    """One event per order whose dates moved; the order carries the day its last unit leaves."""
    by_order: dict[int, list[Changed]] = {}
    for change in changes:
        by_order.setdefault(change.line.order_id, []).append(change)
    if not by_order:
        return
    numbers = _numbers(tx, sorted(by_order))
    papers = _papers(tx, {change.after.get("purchase_order_id") for change in changes} - {None})
    calendar = facts.shop_calendar(tx.connection)
    for order_id, mine in sorted(by_order.items()):
        moving = sorted((change for change in mine if change.moves), key=lambda change: change.line.position)
        changed = keeping.keep(tx, order_id, calendar, now)
        version = derive.rederive(tx, order_id, actor, now) if moving or changed else 0
        if changed and not moving:
            record_due(tx, order_id, version, actor, now)
        if moving:
            said = [_said(change, papers) for change in moving]
            because = command.because if any(change.before.promised_on is not None for change in moving) else ""
            sku_ids = sorted({change.line.sku_id for change in moving if change.line.sku_id is not None})
            event = PromiseChanged(order_id, version, order_id, numbers[order_id], command.cause, because, said, sku_ids)
            tx.record(event, actor, now)


def _said(change: Changed, papers: dict[int, str]) -> dict[str, Any]:
    before, after = change.before.promised_on, change.after["promised_on"]
    return {
        "sku": change.line.sku,
        "units": change.line.units,
        "before": before.isoformat() if before else None,
        "after": after.isoformat() if after else None,
        "source": papers.get(change.after["purchase_order_id"]),
    }


def _numbers(tx: Tx, order_ids: Sequence[int]) -> dict[int, str]:
    return _pairs(tx, sa.select(Order.id, Order.number).where(Order.id.in_(order_ids)))


def _papers(tx: Tx, ids: set[Any]) -> dict[int, str]:
    """Numbers of purchase orders."""
    return _pairs(tx, sa.select(PurchaseOrder.id, PurchaseOrder.number).where(PurchaseOrder.id.in_(ids))) if ids else {}


def _pairs(tx: Tx, query: Any) -> dict[Any, Any]:
    rows: Any = tx.execute(query)
    return {row[0]: row[1] for row in rows}


def follow_due(tx: Tx, order_id: int, actor: Actor, now: dt.datetime) -> None:
    """Look again when the order is due: a part of it has left, or is not to leave without the rest."""
    promised = tx.execute(sa.select(_PROMISE.c.order_id).where(_PROMISE.c.order_id == order_id).limit(1)).first()
    if promised is not None and keeping.keep(tx, order_id, facts.shop_calendar(tx.connection), now):
        record_due(tx, order_id, derive.rederive(tx, order_id, actor, now), actor, now)


def record_due(tx: Tx, order_id: int, version: int, actor: Actor, now: dt.datetime) -> None:
    order = tx.execute(sa.select(Order.number, Order.ship_by).where(Order.id == order_id)).one()
    tx.record(DueMoved(order_id, version, order_id, order.number, clock.iso(order.ship_by)), actor, now)
