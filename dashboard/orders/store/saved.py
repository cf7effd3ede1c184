"""Saved views as a person sees them, and how that person wants the list."""

from typing import NamedTuple

import sqlalchemy as sa

from dashboard.accounts.model import User
from dashboard.orders.model import ListChoice, SavedView

MOST = 20
"""Views of one person, and shared ones: more than that nobody finds again."""


class View(NamedTuple):
    """owner: their name; mine: whether it is the reader's own."""

    id: int
    name: str
    query: str
    shared: bool
    position: int
    version: int
    owner: str
    mine: bool


class Choice(NamedTuple):
    """hidden: columns left out; dense: low rows; view_id: the saved view that /orders opens."""

    hidden: tuple[str, ...] = ()
    dense: bool = False
    view_id: int | None = None


def views_for(connection: sa.Connection, user_id: int) -> list[View]:
    """Their own views and the shared ones, in the order of the tabs."""
    columns = (getattr(SavedView, name) for name in ("id", "name", "query", "shared", "position", "version"))
    mine = SavedView.owner_id == user_id
    query = sa.select(*columns, User.name, User.email, mine).join(User, User.id == SavedView.owner_id)
    found = connection.execute(query.where(sa.or_(mine, SavedView.shared)).order_by(SavedView.position, SavedView.id).limit(2 * MOST))
    return [View(*view, name or email, bool(own)) for *view, name, email, own in found]


def choice_of(connection: sa.Connection, user_id: int) -> Choice:
    """What this person chose; everything shown to who never did."""
    asked = sa.select(ListChoice.hidden, ListChoice.dense, ListChoice.view_id).where(ListChoice.user_id == user_id)
    found = connection.execute(asked).first()
    return Choice(tuple(found.hidden.split()), found.dense, found.view_id) if found else Choice()
