"""What one person has on their desk: orders they hold, counts and purchase orders they began, comments that name them, their visit."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.counts.model import StockCount
from dashboard.desk.model import DeskVisit
from dashboard.drafts.model import OrderDraft
from dashboard.orders.label_model import OrderAssignee
from dashboard.orders.mention_model import Mention
from dashboard.orders.model import Order, OrderHold, OrderNote
from dashboard.purchasing.model import PurchaseOrder

MOST = 5
MOST_MENTIONS = 20


class Held(NamedTuple):
    """An order this person put on hold."""

    number: str
    kind: str
    placed_at: dt.datetime
    until: dt.datetime | None


class Given(NamedTuple):
    """An open order that somebody gave to this person, or that they took."""

    number: str
    phase: str
    ship_by: dt.datetime | None


class Named(NamedTuple):
    """A comment that names this person and that they have not seen yet."""

    id: int
    number: str
    note_id: int
    author: str
    body: str
    at: dt.datetime


class Visit(NamedTuple):
    """since_seq, since_at: where the visit before this one ended."""

    since_seq: int
    since_at: dt.datetime
    seen_seq: int
    seen_at: dt.datetime


def held_by(connection: sa.Connection, name: str) -> tuple[list[Held], int]:
    """The oldest of their holds, and how many there are."""
    mine = sa.and_(OrderHold.released_at.is_(None), OrderHold.placed_by == name)
    query = sa.select(Order.number, OrderHold.kind, OrderHold.placed_at, OrderHold.until).join(Order, Order.id == OrderHold.order_id)
    rows = connection.execute(query.where(mine).order_by(OrderHold.placed_at).limit(MOST))
    return [Held(*row) for row in rows], connection.scalar(sa.select(sa.func.count()).where(mine)) or 0


def orders_of(connection: sa.Connection, user_id: int) -> tuple[list[Given], int]:
    """Open orders that were given to them, the most urgent first, and how many there are."""
    mine = sa.and_(OrderAssignee.user_id == user_id, Order.status == "open")
    query = sa.select(Order.number, Order.phase, Order.ship_by).join(OrderAssignee, OrderAssignee.order_id == Order.id).where(mine)
    found = [Given(*row) for row in connection.execute(query.order_by(Order.ship_by.is_(None), Order.ship_by, Order.id).limit(MOST))]
    if len(found) < MOST:
        return found, len(found)
    count = sa.select(sa.func.count()).select_from(OrderAssignee).join(Order, Order.id == OrderAssignee.order_id)
    return found, connection.scalar(count.where(mine)) or 0


def counts_of(connection: sa.Connection, ref: str) -> list[tuple[str, str]]:
    """(number, status) of the counts they opened that are not closed."""
    query = sa.select(StockCount.number, StockCount.status).where(
        StockCount.status.in_(("open", "counting", "review")), StockCount.opened_by == ref
    )
    return [tuple(row) for row in connection.execute(query.order_by(StockCount.id).limit(MOST))]


def purchase_drafts_of(connection: sa.Connection, name: str) -> list[str]:
    """Numbers of the purchase orders they have not sent yet."""
    query = sa.select(PurchaseOrder.number).where(PurchaseOrder.status == "draft", PurchaseOrder.created_by == name)
    return list(connection.scalars(query.order_by(PurchaseOrder.id).limit(MOST)))


def drafts_of(connection: sa.Connection, name: str) -> list[tuple[int, str, str]]:
    """(id, kind, customer) of the orders and quotes they have not placed yet, the latest first."""
    query = sa.select(OrderDraft.id, OrderDraft.kind, OrderDraft.customer_name).where(
        OrderDraft.status == "draft", OrderDraft.created_by == name
    )
    return [tuple(row) for row in connection.execute(query.order_by(OrderDraft.id.desc()).limit(MOST))]


def mentions_of(connection: sa.Connection, user_id: int) -> list[Named]:
    """Newest first; a deleted comment says nothing any more."""
    query = (
        sa.select(Mention.id, Order.number, OrderNote.id, OrderNote.author, OrderNote.body, Mention.at)
        .join(OrderNote, OrderNote.id == Mention.note_id)
        .join(Order, Order.id == Mention.order_id)
        .where(Mention.user_id == user_id, Mention.seen_at.is_(None), OrderNote.deleted_at.is_(None))
        .order_by(Mention.id.desc())
        .limit(MOST_MENTIONS)
    )
    return [Named(*row) for row in connection.execute(query)]


def visit_of(connection: sa.Connection, user_id: int) -> Visit | None:
    columns = (DeskVisit.since_seq, DeskVisit.since_at, DeskVisit.seen_seq, DeskVisit.seen_at)
    found = connection.execute(sa.select(*columns).where(DeskVisit.user_id == user_id)).first()
    return Visit(*found) if found else None
