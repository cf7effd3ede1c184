"""Give a person their data, and forget a person: names, addresses and words go, money and stock stay as they were."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.customers import holdings, person
from dashboard.customers.actions import Saved
from dashboard.customers.commands import EraseCustomer
from dashboard.customers.events import CustomerChanged, CustomerErased
from dashboard.customers.holdings import Known
from dashboard.customers.model import (
    Customer,
    CustomerAddress,
    CustomerConsent,
    CustomerEntry,
    CustomerKey,
    CustomerOrder,
    CustomerTag,
)
from dashboard.customers.rules import email_key, words_of
from dashboard.editing.forgetting import forget_addresses
from dashboard.editing.model import OrderEdit
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict
from dashboard.kernel.tx import Tx
from dashboard.orders import search, texts
from dashboard.orders.exception_model import ExceptionStep
from dashboard.orders.model import Order, OrderException, OrderHold, OrderLine, OrderNote
from dashboard.orders.texts import ERASED
from dashboard.payments.model import PaymentTransaction
from dashboard.routing.forgetting import forget_postal_codes

PERSONAL = (
    "customer_name", "email", "phone", "ship_name", "ship_line1", "ship_line2", "ship_city", "ship_region", "ship_postal_code",
)  # fmt: skip
_WORDS = ("note", "edit", "tag", "untag")


def erase_customer(tx: Tx, command: EraseCustomer, actor: Actor, now: dt.datetime) -> Saved:
    """Forget the person. Orders keep their lines, money, dates and country; what a person wrote about them is blanked.

    Raises: NotFound; Conflict, when the customer changed meanwhile or an order is still open (facts: orders).
    """
    version = person.take(tx, command.id, command.version)
    records = person.records_of(tx, command.id)
    orders = list(
        tx.execute(
            sa.select(CustomerOrder.order_id).where(CustomerOrder.customer_id.in_(records)).order_by(CustomerOrder.order_id)
        ).scalars()
    )
    _refuse_open(tx, orders)
    holdings.forget(tx, _known(tx, records, orders))
    tx.execute(sa.update(Customer).where(Customer.id.in_(records)).values(name="", email="", phone="", erased_at=now))
    for model in (CustomerKey, CustomerAddress, CustomerTag):
        tx.execute(sa.delete(model).where(model.customer_id.in_(records)))
    tx.execute(
        sa.update(CustomerEntry).where(CustomerEntry.customer_id.in_(records), CustomerEntry.kind.in_(_WORDS)).values(body=ERASED)
    )
    _forget_orders(tx, orders)
    person.write_entry(tx, command.id, "erase", f"Personal data erased, of {len(orders)} orders too", actor, now)
    tx.record(CustomerErased(id=command.id, version=version, orders=len(orders)), actor, now)
    return Saved(command.id, version)


def _known(tx: Tx, records: Sequence[int], orders: Sequence[int]) -> Known:
    """The person as others know them, while they are still there."""
    people = list(tx.execute(sa.select(Customer.name, Customer.email).where(Customer.id.in_(records))))
    people += list(tx.execute(sa.select(Order.customer_name, Order.email).where(Order.id.in_(orders))))
    emails = {email_key(email) for _, email in people} - {None}
    keys = sa.select(CustomerKey.value).where(CustomerKey.customer_id.in_(records), CustomerKey.kind == "email")
    emails |= set(tx.execute(keys).scalars())
    words = frozenset[str]().union(*(words_of(name) for name, _ in people))
    return Known(orders, frozenset(email for email in emails if email), words)


def _refuse_open(tx: Tx, orders: Sequence[int]) -> None:
    open_ones = sa.select(Order.number).where(Order.id.in_(orders), Order.status.in_(("draft", "open"))).order_by(Order.id)
    numbers = list(tx.execute(open_ones.limit(20)).scalars())
    if numbers:
        raise Conflict(
            f"Order {', '.join('#' + number for number in numbers)} is still open and needs its address; ship or cancel it first.",
            orders=numbers,
        )


def _forget_orders(tx: Tx, orders: Sequence[int]) -> None:
    """The name and address on orders, what people wrote about them, and what the search finds them by."""
    if not orders:
        return
    blank: dict[str, Any] = dict.fromkeys(PERSONAL, "")
    tx.execute(sa.update(Order).where(Order.id.in_(orders)).values(**blank, customer_ref=None))
    _forget_words(tx, orders)
    search.index_orders(tx, orders)
    forget_postal_codes(tx, orders)
    forget_addresses(tx, orders, ERASED)


def _forget_words(tx: Tx, orders: Sequence[int]) -> None:
    """What people wrote: the log names these words and keeps none of them."""
    texts.forget(tx, orders)
    free = OrderEdit.kind != "cancel"  # whose reason is a word of a list
    for column in (OrderNote.body, OrderHold.note, OrderHold.release_reason, OrderEdit.reason, PaymentTransaction.reason):
        table = column.class_
        filled = sa.and_(column != "", free) if table is OrderEdit else column != ""
        tx.execute(sa.update(table).where(table.order_id.in_(orders), filled).values({column: ERASED}))
    theirs = sa.select(OrderException.id).where(OrderException.order_id.in_(orders), OrderException.cleared.is_(False))
    written = sa.and_(OrderException.resolution.is_not(None), OrderException.id.in_(theirs))
    tx.execute(sa.update(OrderException).where(written).values(resolution=ERASED))
    resolved = sa.and_(ExceptionStep.what == "resolved", ExceptionStep.said != "", ExceptionStep.exception_id.in_(theirs))
    tx.execute(sa.update(ExceptionStep).where(resolved).values(said=ERASED))


def export_customer(tx: Tx, customer_id: int, actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """Everything kept about the person, as plain JSON values; that it was given out is kept in their timeline.

    Raises: NotFound; Conflict, when the customer was merged into another or erased.
    """
    version = person.take(tx, customer_id)
    records = person.records_of(tx, customer_id)
    orders = tx.execute(
        sa.select(Order.__table__)
        .join(CustomerOrder, CustomerOrder.order_id == Order.id)
        .where(CustomerOrder.customer_id.in_(records))
        .order_by(Order.id)
    ).all()
    known = _known(tx, records, [row.id for row in orders])
    found = {
        "customer": customer_id,
        "exported_at": clock.iso(now),
        "records": _rows(tx, Customer, Customer.id.in_(records), "id", "name", "email", "phone", "created_at"),
        "recognised_by": _rows(tx, CustomerKey, CustomerKey.customer_id.in_(records), "kind", "value"),
        "addresses": _rows(
            tx,
            CustomerAddress,
            CustomerAddress.customer_id.in_(records),
            "name",
            "line1",
            "line2",
            "city",
            "region",
            "postal_code",
            "country",
        ),
        "tags": _rows(tx, CustomerTag, CustomerTag.customer_id.in_(records), "tag"),
        "consent": _rows(tx, CustomerConsent, CustomerConsent.customer_id.in_(records), "purpose", "granted", "how", "at"),
        "notes": _rows(
            tx, CustomerEntry, sa.and_(CustomerEntry.customer_id.in_(records), CustomerEntry.kind == "note"), "body", "at"
        ),
        "orders": [_order(tx, row) for row in orders],
        **holdings.given(tx, known),
    }
    person.write_entry(tx, customer_id, "export", "Personal data given out as a file", actor, now)
    tx.record(CustomerChanged(id=customer_id, version=version, what="export"), actor, now)
    return found


def _order(tx: Tx, row: Any) -> dict[str, Any]:
    names = (
        "number",
        "channel",
        "external_id",
        "customer_ref",
        *PERSONAL,
        "ship_country",
        "currency",
        "total",
        "status",
        "placed_at",
    )
    lines = _rows(tx, OrderLine, OrderLine.order_id == row.id, "sku_code", "name", "ordered", "total")
    notes = _rows(tx, OrderNote, OrderNote.order_id == row.id, "body", "at")
    return {name: _plain(getattr(row, name)) for name in names} | {"lines": lines, "notes": notes}


def _rows(tx: Tx, model: Any, where: Any, *names: str) -> list[dict[str, Any]]:
    query = sa.select(*(model.__table__.c[name] for name in names)).where(where).order_by(*model.__table__.primary_key)
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in tx.execute(query)]


def _plain(value: Any) -> Any:
    return clock.iso(value) if isinstance(value, dt.datetime) else value
