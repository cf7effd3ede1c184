"""Drafts as part of a person's data: those that became, or repeat, their orders, and those that name their address."""

import json
from typing import Any

import sqlalchemy as sa

from dashboard.customers.holdings import Known, register
from dashboard.drafts.model import OrderDraft
from dashboard.kernel import clock
from dashboard.kernel.tx import Tx

KEPT = ("ship_country", "shipping")
_T = OrderDraft.__table__.c


class Drafts:
    name = "drafts"

    def given(self, tx: Tx, known: Known) -> list[dict[str, Any]]:
        """As they were typed, oldest first."""
        found = tx.execute(sa.select(OrderDraft.__table__).where(_T.id.in_(_ids(tx, known))).order_by(_T.id)).all()
        return [
            {"id": row.id, "kind": row.kind, "status": row.status, "typed": json.loads(row.document), "at": clock.iso(row.created_at)}
            for row in found
        ]

    def forget(self, tx: Tx, known: Known) -> None:
        blank(tx, _T.id.in_(_ids(tx, known)))


def blank(tx: Tx, which: sa.ColumnElement[bool]) -> None:
    """Names and addresses go; lines, money and the country stay."""
    for row in tx.execute(sa.select(_T.id, _T.document).where(which).order_by(_T.id)).all():
        document: dict[str, Any] = json.loads(row.document)
        document["values"] = {
            name: "" if name.startswith(("customer_", "ship")) and name not in KEPT else value
            for name, value in document["values"].items()
        }
        tx.execute(sa.update(OrderDraft).where(_T.id == row.id).values(document=json.dumps(document), customer_name=""))


def of_orders(orders: Any) -> sa.ColumnElement[bool]:
    """Drafts that became, or repeat, these orders."""
    return sa.or_(_T.order_id.in_(orders), _T.copied_from_id.in_(orders))


def _ids(tx: Tx, known: Known) -> list[int]:
    ids = set(tx.execute(sa.select(_T.id).where(of_orders(known.orders))).scalars())
    for email in sorted(known.emails):
        written = json.dumps(email)[1:-1].lower()  # as the document spells it
        near = sa.select(_T.id, _T.document).where(_T.order_id.is_(None), sa.func.lower(_T.document).contains(written, autoescape=True))
        for row in tx.execute(near):
            values = json.loads(row.document)["values"]
            if known.is_meant(values.get("customer_email", ""), values.get("customer_name", "")):
                ids.add(row.id)
    return sorted(ids)


register(Drafts())
