"""A customer inside a transaction: the top record, locked and counted one version further, and its timeline."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.customers.model import Customer, CustomerEntry
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.tx import Tx


def take(tx: Tx, customer_id: int, version: int | None = None) -> int:
    """Lock the person's top record and count its version one up. Returns the new version.

    Raises: NotFound; Conflict, when the person was changed meanwhile (facts: version), merged into another (facts: into) or erased.
    """
    statement = sa.update(Customer).where(Customer.id == customer_id, Customer.parent_id.is_(None), Customer.erased_at.is_(None))
    if version is not None:
        statement = statement.where(Customer.version == version)
    new = tx.execute(statement.values(version=Customer.version + 1).returning(Customer.version)).scalar()
    if new is None:
        raise _why_not(tx, customer_id, version)
    return new


def untouched(tx: Tx, customer_id: int, version: int | None = None) -> int:
    """The version of a person whom a command would leave as they are.

    Raises: NotFound; Conflict, like `take`.
    """
    open_ = sa.select(Customer.version).where(Customer.id == customer_id, Customer.parent_id.is_(None), Customer.erased_at.is_(None))
    found = tx.execute(open_).scalar()
    if found is None or version not in (None, found):
        raise _why_not(tx, customer_id, version)
    return found


def _why_not(tx: Tx, customer_id: int, version: int | None) -> NotFound | Conflict:
    table = Customer.__table__.c
    row = tx.execute(sa.select(table.root_id, table.erased_at, table.version).where(table.id == customer_id)).first()
    if row is None:
        return NotFound("This customer does not exist.", customer=customer_id)
    if row.root_id != customer_id:
        return Conflict("This customer was merged into another meanwhile; open that one.", into=row.root_id)
    if row.erased_at is not None:
        return Conflict("This customer's data was erased; nothing can be added to it.", erased=True)
    return Conflict(
        "Somebody changed this customer meanwhile. Look at it again before you go on.", version=row.version, seen=version
    )


def records_of(tx: Tx, root_id: int) -> list[int]:
    """The ids of every record of this person."""
    return list(tx.execute(sa.select(Customer.id).where(Customer.root_id == root_id).order_by(Customer.id)).scalars())


def write_entry(tx: Tx, customer_id: int, kind: str, body: str, actor: Actor, now: dt.datetime) -> int:
    """Add a line to the person's timeline. Returns its id."""
    values: dict[str, Any] = {"customer_id": customer_id, "kind": kind, "body": body, "actor_name": actor.name, "at": now}
    return tx.execute(sa.insert(CustomerEntry).values(values).returning(CustomerEntry.id)).scalar_one()
