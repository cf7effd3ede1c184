"""Messages as part of a person's data: those of their orders, and the quotes that were sent to their address."""

import json
from typing import Any

import sqlalchemy as sa

from dashboard.customers.holdings import Known, register
from dashboard.kernel import clock
from dashboard.kernel.tx import Tx
from dashboard.notifications.model import OrderMessage
from dashboard.orders.model import Order

ERASED = "(erased)"
_T = OrderMessage.__table__.c


class Messages:
    name = "messages"

    def given(self, tx: Tx, known: Known) -> list[dict[str, Any]]:
        """Those they got or will get, oldest first. facts: what the text is made of until it is written."""
        query = sa.select(OrderMessage.__table__, Order.number).outerjoin(Order, Order.id == _T.order_id)
        rows = tx.execute(query.where(_T.id.in_(_ids(tx, known))).order_by(_T.id)).all()
        return [
            {
                "order": row.number,
                "quote": row.draft_id,
                **{name: getattr(row, name) for name in ("kind", "recipient", "subject", "body", "status")},
                "facts": json.loads(row.facts),
                "queued_at": clock.iso(row.queued_at),
                "sent_at": clock.iso(row.sent_at),
            }
            for row in rows
        ]

    def forget(self, tx: Tx, known: Known) -> None:
        blank(tx, _T.id.in_(_ids(tx, known)))


def blank(tx: Tx, which: sa.ColumnElement[bool]) -> None:
    """What was said, and to whom; that it was sent stays."""
    values = {"recipient": "", "facts": "{}", "subject": ERASED, "body": ERASED}
    tx.execute(sa.update(OrderMessage).where(which).values(values))


def _ids(tx: Tx, known: Known) -> list[int]:
    ids = set(tx.execute(sa.select(_T.id).where(_T.order_id.in_(known.orders))).scalars())
    if not known.emails:
        return sorted(ids)
    quotes = sa.select(_T.id, _T.recipient, _T.facts).where(_T.draft_id.is_not(None), _T.order_id.is_(None), _T.recipient != "")
    ids |= {row.id for row in tx.execute(quotes) if known.is_meant(row.recipient, json.loads(row.facts).get("customer_name", ""))}
    return sorted(ids)


register(Messages())
