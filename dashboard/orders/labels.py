"""Tag an order, and give it to somebody; each can be put back exactly as it was."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.accounts.model import User
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.label_events import OrderAssigned, OrderTagged
from dashboard.orders.label_model import OrderAssignee, OrderTag
from dashboard.orders.model import Order

LONGEST_TAG = 40
MOST_TAGS = 30


@dataclass(frozen=True)
class TagOrder:
    """version: of the order as the person saw it."""

    order_id: int
    tag: str
    version: int | None = None


@dataclass(frozen=True)
class AssignOrder:
    """user_id: who has it from now on; None gives it back to everybody."""

    order_id: int
    user_id: int | None
    version: int | None = None


@dataclass(frozen=True)
class Label:
    """A tag or an assignment as it stands in the database: what can be put back. at: microseconds."""

    value: str
    by: str
    at: int


def tag_of(given: str) -> str:
    """A tag as it is kept: lower case, one blank between its words.

    Raises: Invalid, for none, a long one, or one that cannot be printed.
    """
    tag = " ".join(text.kept("tag", given, 200).lower().split())
    if not tag or len(tag) > LONGEST_TAG or not tag.isprintable():
        raise Invalid(f"A tag has 1 to {LONGEST_TAG} characters.", fields={"tag": f"1 to {LONGEST_TAG} printable characters"})
    return tag


def tag_order(tx: Tx, command: TagOrder, actor: Actor, now: dt.datetime) -> int:
    """Give the order a tag; one it has already changes nothing. Returns the order's version.

    Raises: Invalid, for a malformed tag or one too many; NotFound; Conflict, when the order was changed.
    """
    tag, version = tag_of(command.tag), _version(tx, command.order_id, command.version)
    had = tx.execute(sa.select(OrderTag.tag).where(OrderTag.order_id == command.order_id)).scalars().all()
    if tag in had:
        return version
    if len(had) >= MOST_TAGS:
        raise Invalid(f"An order has at most {MOST_TAGS} tags; take one away first.", fields={"tag": f"at most {MOST_TAGS}"})
    tx.execute(sa.insert(OrderTag).values(order_id=command.order_id, tag=tag, actor_name=actor.name, at=now))
    return _tagged(tx, command.order_id, tag, actor, now, present=True)


def untag_order(tx: Tx, command: TagOrder, actor: Actor, now: dt.datetime) -> int:
    """Take a tag away; one it does not have changes nothing. Returns the order's version.

    Raises: Invalid; NotFound; Conflict, when the order was changed.
    """
    tag, version = tag_of(command.tag), _version(tx, command.order_id, command.version)
    gone = tx.execute(sa.delete(OrderTag).where(OrderTag.order_id == command.order_id, OrderTag.tag == tag)).rowcount
    return _tagged(tx, command.order_id, tag, actor, now, present=False) if gone else version


def tag_as_it_was(tx: Tx, order_id: int, label: Label, actor: Actor, now: dt.datetime) -> int:
    """Put a tag back with who gave it and when. Returns the order's version.

    Raises: Conflict, when somebody has given it again meanwhile.
    """
    _version(tx, order_id, None)
    if tag_label(tx, order_id, label.value) is not None:
        raise Conflict("Somebody has given it this tag again.")
    tx.execute(sa.insert(OrderTag).values(order_id=order_id, tag=label.value, actor_name=label.by, at=label.at))
    return _tagged(tx, order_id, label.value, actor, now, present=True)


def assign_order(tx: Tx, command: AssignOrder, actor: Actor, now: dt.datetime) -> int:
    """Give the order to somebody, or back to everybody. Returns the order's version.

    Raises: Invalid, for nobody who works here; NotFound; Conflict, when the order was changed.
    """
    version = _version(tx, command.order_id, command.version)
    name = person_name(tx, command.user_id)
    before = assignment(tx, command.order_id)
    if (before is None and command.user_id is None) or (before is not None and before.value == str(command.user_id)):
        return version
    after = None if command.user_id is None else Label(str(command.user_id), actor.name, 0)
    return _assign(tx, command.order_id, before, after, name, actor, now)


def assign_as_it_was(tx: Tx, order_id: int, label: Label | None, actor: Actor, now: dt.datetime) -> int:
    """Put back who had the order (None: nobody), since when and by whom. Returns the order's version."""
    _version(tx, order_id, None)
    name = "" if label is None else _name(tx, int(label.value))
    return _assign(tx, order_id, assignment(tx, order_id), label, name, actor, now)


def tag_label(tx: Tx, order_id: int, tag: str) -> Label | None:
    query = sa.select(OrderTag.actor_name, sa.type_coerce(OrderTag.at, sa.BigInteger).label("at"))
    row = tx.execute(query.where(OrderTag.order_id == order_id, OrderTag.tag == tag)).first()
    return Label(tag, row.actor_name, row.at) if row else None


def assignment(tx: Tx, order_id: int) -> Label | None:
    columns = OrderAssignee.user_id, OrderAssignee.actor_name, sa.type_coerce(OrderAssignee.at, sa.BigInteger).label("at")
    row = tx.execute(sa.select(*columns).where(OrderAssignee.order_id == order_id)).first()
    return Label(str(row.user_id), row.actor_name, row.at) if row else None


def person_name(tx: Tx, user_id: int | None) -> str:
    """Name of an active person, empty for None.

    Raises: Invalid, for nobody who works here.
    """
    if user_id is None:
        return ""
    name = _name(tx, user_id, active=True) if 0 < user_id < 2**63 else ""
    if not name:
        raise Invalid("Choose somebody who works here.", fields={"user": "unknown or switched off"})
    return name


def _name(tx: Tx, user_id: int, *, active: bool = False) -> str:
    query = sa.select(User.name, User.email).where(User.id == user_id)
    found = tx.execute(query.where(User.active.is_(True)) if active else query).first()
    return (found.name or found.email) if found else ""


def _version(tx: Tx, order_id: int, seen: int | None) -> int:
    """The order's version, its row locked."""
    derive.check_version(tx, order_id, seen)
    return tx.execute(sa.select(Order.version).where(Order.id == order_id)).scalar_one()


def _tagged(tx: Tx, order_id: int, tag: str, actor: Actor, now: dt.datetime, *, present: bool) -> int:
    version = derive.rederive(tx, order_id, actor, now)
    tx.record(OrderTagged(order_id, version, order_id, tag, present), actor, now)
    return version


def _assign(
    tx: Tx, order_id: int, before: Label | None, after: Label | None, name: str, actor: Actor, now: dt.datetime
) -> int:  # fmt: skip
    tx.execute(sa.delete(OrderAssignee).where(OrderAssignee.order_id == order_id))
    if after is not None:
        values = {"order_id": order_id, "user_id": int(after.value), "actor_name": after.by, "at": after.at or now}
        tx.execute(sa.insert(OrderAssignee).values(values))
    version = derive.rederive(tx, order_id, actor, now)
    now_has, had = (None if label is None else int(label.value) for label in (after, before))
    tx.record(OrderAssigned(order_id, version, order_id, now_has, name, had), actor, now)
    return version
