"""Save, change and remove views of the list; choose columns and the view to begin with. Preferences: none has an event."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders.model import ListChoice, SavedView
from dashboard.orders.store.saved import MOST

LONGEST_NAME = 60
LONGEST_QUERY = 1_000
MANAGERS = "users.manage"


@dataclass(frozen=True)
class SaveView:
    """query: the URL's arguments. shared: for everybody who sees orders."""

    name: str
    query: str
    shared: bool = False


@dataclass(frozen=True)
class ChangeView:
    """query: None leaves it. position: the smaller, the further to the left. version: what the person saw."""

    id: int
    name: str
    shared: bool
    position: int = 0
    query: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class DeleteView:
    id: int


@dataclass(frozen=True)
class ChooseColumns:
    """hidden: names of columns, checked by the form."""

    hidden: tuple[str, ...]
    dense: bool


@dataclass(frozen=True)
class ChooseView:
    """id: what /orders opens; None for all orders."""

    id: int | None


def save_view(tx: Tx, command: SaveView, actor: Actor, now: dt.datetime) -> int:
    """Keep a list under a name of the person's own. Returns its id.

    Raises: Invalid (facts: fields); Forbidden, for sharing without the right; Conflict, for a name they have, or too many views.
    """
    owner, name = person(actor), _name(command.name)
    _check_query(command.query)
    _check_sharing(actor, shared=command.shared)
    mine = tx.execute(sa.select(sa.func.count(), sa.func.max(SavedView.position)).where(SavedView.owner_id == owner)).one()
    if mine[0] >= MOST:
        raise Conflict(f"You have {MOST} views already; remove one first.", most=MOST)
    _assert_free(tx, owner, name)
    row = {"owner_id": owner, "name": name, "query": command.query, "shared": command.shared, "position": (mine[1] or 0) + 1}
    return tx.execute(sa.insert(SavedView).values(**row, version=1, created_at=now).returning(SavedView.id)).scalar_one()


def change_view(tx: Tx, command: ChangeView, actor: Actor, now: dt.datetime) -> None:
    """Rename, share, move, or save another list under the name.

    Raises: NotFound; Forbidden; Invalid; Conflict, for a taken name or when somebody changed it meanwhile (facts: version).
    """
    view = _owned(tx, command.id, actor)
    name = _name(command.name)
    _check_sharing(actor, shared=command.shared and not view.shared)
    if command.version is not None and command.version != view.version:
        raise Conflict(f"The view “{view.name}” was changed meanwhile. Look at it again before you go on.", version=view.version)
    if not 0 <= command.position <= 1_000:
        raise Invalid("Position is a number from 0 to 1000.", fields={"position": "0 to 1000"})
    if name != view.name:
        _assert_free(tx, view.owner_id, name)
    values: dict[str, Any] = {"name": name, "shared": command.shared, "position": command.position, "version": view.version + 1}
    if command.query is not None:
        _check_query(command.query)
        values["query"] = command.query
    tx.execute(sa.update(SavedView).where(SavedView.id == view.id).values(values))
    if view.shared and not command.shared:
        others = sa.and_(ListChoice.view_id == view.id, ListChoice.user_id != view.owner_id)
        tx.execute(sa.update(ListChoice).where(others).values(view_id=None))


def delete_view(tx: Tx, command: DeleteView, actor: Actor, now: dt.datetime) -> None:
    """Who began with it begins with all orders again. Raises: NotFound; Forbidden."""
    view = _owned(tx, command.id, actor)
    tx.execute(sa.update(ListChoice).where(ListChoice.view_id == view.id).values(view_id=None))
    tx.execute(sa.delete(SavedView).where(SavedView.id == view.id))


def choose_columns(tx: Tx, command: ChooseColumns, actor: Actor, now: dt.datetime) -> None:
    """Raises: Forbidden, for a machine."""
    _choose(tx, actor, hidden=" ".join(command.hidden), dense=command.dense)


def choose_view(tx: Tx, command: ChooseView, actor: Actor, now: dt.datetime) -> None:
    """Raises: NotFound, for a view the person does not see."""
    if command.id is not None:
        seen = sa.or_(SavedView.owner_id == person(actor), SavedView.shared)
        if tx.execute(sa.select(SavedView.id).where(SavedView.id == command.id, seen)).first() is None:
            raise NotFound("This view is not there any more.")
    _choose(tx, actor, view_id=command.id)


def person(actor: Actor) -> int:
    """The user's id. Raises: Forbidden, for a machine."""
    if actor.kind != "user":
        raise Forbidden("Only people have views of their own.")
    return int(actor.id)


def _choose(tx: Tx, actor: Actor, **values: Any) -> None:
    user_id = person(actor)
    if not tx.execute(sa.update(ListChoice).where(ListChoice.user_id == user_id).values(**values)).rowcount:
        tx.execute(sa.insert(ListChoice).values(**{"user_id": user_id, "hidden": "", "dense": False, **values}))


def _owned(tx: Tx, view_id: int, actor: Actor) -> Any:
    view = tx.execute(sa.select(SavedView.__table__).where(SavedView.id == view_id).with_for_update()).first()
    mine = view is not None and view.owner_id == person(actor)
    if view is None or not (mine or view.shared):
        raise NotFound("This view is not there any more.")
    if not mine and not actor.may(MANAGERS):
        raise Forbidden(f"“{view.name}” belongs to somebody else; save a copy of it under a name of your own.")
    return view


def _name(given: str) -> str:
    name = " ".join(given.split())
    trouble = "say what it shows" if not name else text.trouble(name, LONGEST_NAME)
    if trouble:
        raise Invalid(f"The view's name: {trouble}.", fields={"name": trouble})
    return name


def _check_query(query: str) -> None:
    if trouble := text.trouble(query, LONGEST_QUERY):
        raise Invalid(f"This list {trouble}.", fields={"name": f"the list {trouble}"})


def _check_sharing(actor: Actor, *, shared: bool) -> None:
    if shared and not actor.may("orders.update"):
        raise Forbidden("Your role may not share views; keep it for yourself.", permission="orders.update")


def _assert_free(tx: Tx, owner_id: int, name: str) -> None:
    if tx.execute(sa.select(SavedView.id).where(SavedView.owner_id == owner_id, SavedView.name == name)).first():
        raise Conflict(f"You have a view “{name}” already.", fields={"name": "taken"})
