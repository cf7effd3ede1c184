"""Customers of the demo shop: matched from its orders; some have tags, notes and consent, two records are one person."""

import datetime as dt

import sqlalchemy as sa

from dashboard.customers import store
from dashboard.customers.actions import add_note, record_consent, set_tag
from dashboard.customers.commands import AddNote, MergeCustomers, RecordConsent, SetTag
from dashboard.customers.jobs import match_batch
from dashboard.customers.merging import merge_customers
from dashboard.customers.model import Customer, CustomerTotal
from dashboard.demo.crew import MIA, SAM
from dashboard.kernel import db
from dashboard.kernel.tx import Tx

BATCH = 1000
NOTES = ("Likes a call before delivery.", "Collects the blue range.", "Prefers parcels on Fridays.", "Asked about bulk prices.")


def set_up(until: dt.datetime) -> None:
    """Match every order, then let the shop's people write what they know of some customers."""
    after, count = 0, 1
    while count:
        after, count, _ = db.write(match_batch, after, BATCH)
    db.write(tell, until)


def tell(tx: Tx, until: dt.datetime) -> None:
    best = sa.select(CustomerTotal.customer_id).order_by(CustomerTotal.orders.desc(), CustomerTotal.customer_id).limit(24)
    for place, customer_id in enumerate(tx.execute(best).scalars().all()):
        now = until - dt.timedelta(days=20 - place % 18, hours=place)
        if place % 3 == 0:
            set_tag(tx, SetTag(customer_id, "regular" if place else "vip"), SAM, now)
        if place % 4 == 0:
            add_note(tx, AddNote(customer_id, NOTES[place // 4 % len(NOTES)]), SAM, now)
        record_consent(tx, RecordConsent(customer_id, "email", place % 5 != 4, "web"), SAM, now)
    _merge_one(tx, until - dt.timedelta(days=1))


def _merge_one(tx: Tx, now: dt.datetime) -> None:
    """The first customer who is known under two addresses is one person."""
    for customer_id in tx.execute(sa.select(Customer.id).order_by(Customer.id).limit(200)).scalars().all():
        for match in store.suggestions(tx.connection, customer_id, 1):
            merge_customers(tx, MergeCustomers(customer_id, match.id), MIA, now)
            return
