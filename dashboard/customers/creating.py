"""Make a customer before their first order: recognised by e-mail and phone from then on, as an order would make them."""

import datetime as dt

import sqlalchemy as sa

from dashboard.customers import person
from dashboard.customers.actions import Saved, checked
from dashboard.customers.commands import CreateCustomer
from dashboard.customers.events import CustomerChanged
from dashboard.customers.matching import ADD_KEY
from dashboard.customers.model import Customer, CustomerKey
from dashboard.customers.rules import JOINING, Keys, Person, keys_of
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, TryAgain
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx


def create_customer(tx: Tx, command: CreateCustomer, actor: Actor, now: dt.datetime) -> Saved:
    """A record of somebody who has ordered nothing yet. Their orders will join it by its e-mail address or phone number.

    Raises: Invalid, naming the field; Conflict, when somebody is known by that e-mail address or phone number (facts: customer).
    """
    values = checked(command.name, command.email, command.phone)
    keys = keys_of(Person("", "", values["name"], values["email"], values["phone"], command.country, ("",) * 6))
    _refuse_known(tx, keys)
    [customer_id] = next_ids(tx, "customer", 1)
    tx.execute(sa.insert(Customer).values(id=customer_id, root_id=customer_id, created_at=now, version=1, **values))
    joining = [(kind, value, customer_id, True) for kind, value in sorted(keys.joining.items())]
    words = [("word", word, customer_id, False) for word in sorted(keys.words)]
    if tx.add(ADD_KEY, joining) < len(joining):
        raise TryAgain
    tx.add(ADD_KEY, words)
    person.write_entry(tx, customer_id, "create", "", actor, now)
    tx.record(CustomerChanged(id=customer_id, version=1, what="create"), actor, now)
    return Saved(customer_id, 1)


def _refuse_known(tx: Tx, keys: Keys) -> None:
    table = CustomerKey.__table__.c
    for kind in JOINING:
        if kind not in keys.joining:
            continue
        mine = sa.and_(table.kind == kind, table.value == keys.joining[kind], table.joins)
        root = tx.execute(sa.select(Customer.root_id).join(CustomerKey, table.customer_id == Customer.id).where(mine)).scalar()
        if root is not None:
            words = {"email": "e-mail address", "phone": "phone number"}[kind]
            raise Conflict(f"Customer {root} is known by this {words}; change that one.", customer=str(root), by=kind)
