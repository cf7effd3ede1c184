"""Tags and assignees as they are read: of the rows of a list, and what the filters offer."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.accounts.model import User
from dashboard.orders.label_model import OrderAssignee, OrderTag
from dashboard.orders.model import Order

# One index probe per tag instead of a walk over all tagged orders.
_TAGS = sa.text(
    "WITH RECURSIVE found(tag) AS (SELECT min(tag) FROM order_tag UNION ALL"
    " SELECT (SELECT min(tag) FROM order_tag WHERE tag > found.tag) FROM found WHERE found.tag IS NOT NULL)"
    " SELECT tag FROM found WHERE tag IS NOT NULL LIMIT 200"
)


class Labels(NamedTuple):
    """tags: in alphabetical order. assignee: name of who has it, empty for everybody."""

    tags: tuple[str, ...] = ()
    assignee_id: int | None = None
    assignee: str = ""


def labels_of(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Labels]:
    """Of those orders that have any."""
    if not ids:
        return {}
    tags: dict[int, list[str]] = {}
    tagged = sa.select(OrderTag.order_id, OrderTag.tag).where(OrderTag.order_id.in_(ids)).order_by(OrderTag.order_id, OrderTag.tag)
    for order_id, tag in connection.execute(tagged):
        tags.setdefault(order_id, []).append(tag)
    given = sa.select(OrderAssignee.order_id, User.id, User.name, User.email).join(User, User.id == OrderAssignee.user_id)
    owners = {row[0]: row[1:] for row in connection.execute(given.where(OrderAssignee.order_id.in_(ids)))}
    found = {}
    for order_id in {*tags, *owners}:
        user_id, name, email = owners.get(order_id, (None, "", ""))
        found[order_id] = Labels(tuple(tags.get(order_id, ())), user_id, name or email)
    return found


def of_order(connection: sa.Connection, order_id: int) -> Labels:
    """Of one order, in one statement."""
    joined = Order.__table__.outerjoin(OrderTag, OrderTag.order_id == Order.id)
    joined = joined.outerjoin(OrderAssignee, OrderAssignee.order_id == Order.id).outerjoin(User, User.id == OrderAssignee.user_id)
    query = sa.select(OrderTag.tag, User.id, User.name, User.email).select_from(joined).where(Order.id == order_id)
    rows = connection.execute(query.order_by(OrderTag.tag)).all()
    if not rows:
        return Labels()
    _, user_id, name, email = rows[0]
    return Labels(tuple(row.tag for row in rows if row.tag is not None), user_id, name or email or "")


def tags_in_use(connection: sa.Connection) -> list[str]:
    """The first 200 tags any order has, in alphabetical order."""
    return list(connection.scalars(_TAGS))


def people(connection: sa.Connection) -> list[tuple[int, str]]:
    """(id, name) of everybody who works here, by name."""
    query = sa.select(User.id, User.name, User.email).where(User.active.is_(True)).order_by(sa.func.lower(User.name), User.id)
    return [(id_, name or email) for id_, name, email in connection.execute(query.limit(500))]


def person_name(connection: sa.Connection, user_id: int) -> str:
    """Name of a person, switched off or not; empty for nobody."""
    row = connection.execute(sa.select(User.name, User.email).where(User.id == user_id)).first()
    return (row.name or row.email) if row else ""
