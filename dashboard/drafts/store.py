"""Drafts as they are read."""

import json
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.drafts.model import OrderDraft
from dashboard.kernel.errors import NotFound
from dashboard.orders.model import Order, OrderLine

PAGE = 50
VIEWS = {"draft": "Open", "open": "Placed", "discarded": "Discarded"}


class Page(NamedTuple):
    """after: the id to go on from, None on the last page."""

    rows: list[sa.Row[Any]]
    after: int | None


def drafts(connection: sa.Connection, status: str, after: int | None = None, limit: int = PAGE) -> Page:
    """Drafts of this status, newest first, with the number of the order they became."""
    query = (
        sa.select(OrderDraft.__table__, Order.number.label("order_number"))
        .outerjoin(Order, Order.id == OrderDraft.order_id)
        .where(OrderDraft.status == status)
        .order_by(OrderDraft.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(OrderDraft.id < after)
    rows = list(connection.execute(query))
    return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def draft(connection: sa.Connection, draft_id: int) -> sa.Row[Any]:
    """Raises: NotFound."""
    query = (
        sa.select(OrderDraft.__table__, Order.number.label("order_number"))
        .outerjoin(Order, Order.id == OrderDraft.order_id)
        .where(OrderDraft.id == draft_id)
    )
    found = connection.execute(query).first() if draft_id < 2**63 else None
    if found is None:
        raise NotFound("This draft does not exist.")
    return found


def document(row: sa.Row[Any]) -> dict[str, Any]:
    return json.loads(row.document)


def lines_to_copy(connection: sa.Connection, order_id: int) -> list[sa.Row[Any]]:
    """The order's lines, as the copy of an order needs them."""
    return list(
        connection.execute(sa.select(OrderLine.__table__).where(OrderLine.order_id == order_id).order_by(OrderLine.position))
    )
