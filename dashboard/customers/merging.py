"""Say that two records are one person, take that back, or say that they never were.

A merge hangs one record's tree under another record and moves nothing else: undoing it cuts that branch off again, whatever was
merged, taken apart, ordered or written meanwhile, and every order goes with the record it was matched to.
"""

import datetime as dt

import sqlalchemy as sa

from dashboard.customers import person
from dashboard.customers.actions import Saved
from dashboard.customers.commands import KeepApart, MergeCustomers, UndoMerge
from dashboard.customers.events import CustomerChanged, CustomersMerged, MergeUndone
from dashboard.customers.model import Customer, CustomerDistinct, CustomerMerge
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx


def merge_customers(tx: Tx, command: MergeCustomers, actor: Actor, now: dt.datetime) -> Saved:
    """Make the record (and all that was merged into it) one person with the kept one.

    Raises: Invalid, for a customer with itself; NotFound; Conflict, when one of them was changed, merged or erased meanwhile.
    """
    kept, gone = command.kept_id, command.gone_id
    if kept == gone:
        raise Invalid("This is the same customer; choose another one.", fields={"gone": "the same customer"})
    versions = {}
    for customer_id, seen in sorted(((kept, command.version), (gone, command.other_version))):
        versions[customer_id] = person.take(tx, customer_id, seen)
    tx.execute(sa.update(Customer).where(Customer.id == gone).values(parent_id=kept, root_id=kept))
    tx.execute(sa.update(Customer).where(Customer.root_id == gone, Customer.id != gone).values(root_id=kept))
    merge_id = tx.execute(
        sa.insert(CustomerMerge).values(kept_id=kept, gone_id=gone, actor_name=actor.name, at=now).returning(CustomerMerge.id)
    ).scalar_one()
    person.write_entry(tx, kept, "merge", f"Customer {gone} was merged into this one", actor, now)
    tx.record(CustomersMerged(id=kept, version=versions[kept], merge_id=merge_id, gone_id=gone), actor, now)
    return Saved(kept, versions[kept])


def undo_merge(tx: Tx, command: UndoMerge, actor: Actor, now: dt.datetime) -> Saved:
    """Give the merged record back as a person of its own. Returns the person it was part of.

    Raises: NotFound; Conflict, when somebody has undone it, or changed the person, meanwhile.
    """
    merge = tx.execute(
        sa.select(CustomerMerge.gone_id, CustomerMerge.undone_by, Customer.root_id)
        .join(Customer, Customer.id == CustomerMerge.gone_id)
        .where(CustomerMerge.id == command.merge_id)
    ).first()
    if merge is None:
        raise NotFound("This merge does not exist.", merge=command.merge_id)
    if merge.undone_by is not None:
        raise Conflict(f"{merge.undone_by} has undone this merge already.", undone_by=merge.undone_by)
    version = person.take(tx, merge.root_id, command.version)
    undone = (
        sa.update(CustomerMerge)
        .where(CustomerMerge.id == command.merge_id, CustomerMerge.undone_at.is_(None))
        .values(undone_by=actor.name, undone_at=now)
    )
    if tx.execute(undone).rowcount != 1:
        raise Conflict("Somebody has undone this merge at the same moment.")
    branch = _branch(tx, merge.gone_id)
    tx.execute(
        sa.update(Customer)
        .where(Customer.id == merge.gone_id)
        .values(parent_id=None, root_id=merge.gone_id, version=Customer.version + 1)
    )
    tx.execute(sa.update(Customer).where(Customer.id.in_(branch), Customer.id != merge.gone_id).values(root_id=merge.gone_id))
    person.write_entry(tx, merge.root_id, "unmerge", f"Customer {merge.gone_id} is a customer of its own again", actor, now)
    tx.record(MergeUndone(id=merge.root_id, version=version, merge_id=command.merge_id, gone_id=merge.gone_id), actor, now)
    return Saved(merge.root_id, version)


def _branch(tx: Tx, customer_id: int) -> list[int]:
    """The record and everything below it."""
    tree = sa.select(Customer.id).where(Customer.id == customer_id).cte("tree", recursive=True)
    tree = tree.union_all(sa.select(Customer.id).join(tree, Customer.parent_id == tree.c.id))
    return list(tx.execute(sa.select(tree.c.id)).scalars())


def keep_apart(tx: Tx, command: KeepApart, actor: Actor, now: dt.datetime) -> Saved:
    """They are different people: no longer suggested to be one.

    Raises: Invalid, for a customer with itself; NotFound; Conflict.
    """
    first, second = sorted((command.id, command.other_id))
    if first == second:
        raise Invalid("This is the same customer.", fields={"other": "the same customer"})
    if tx.execute(sa.select(Customer.id).where(Customer.id == command.other_id)).first() is None:
        raise NotFound("This customer does not exist.", customer=command.other_id)
    table = CustomerDistinct.__table__.c
    if tx.execute(sa.select(table.first_id).where(table.first_id == first, table.second_id == second)).first() is not None:
        return Saved(command.id, person.untouched(tx, command.id))
    version = person.take(tx, command.id)
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    statement = dialect.insert(CustomerDistinct.__table__).on_conflict_do_nothing()
    tx.execute(statement.values(first_id=first, second_id=second, actor_name=actor.name, at=now))
    person.write_entry(tx, command.id, "distinct", f"Customer {command.other_id} is somebody else", actor, now)
    tx.record(CustomerChanged(id=command.id, version=version, what="distinct"), actor, now)
    return Saved(command.id, version)
