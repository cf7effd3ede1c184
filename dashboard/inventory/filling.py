"""Who of those that wait for stock is served first: the shop's own choice."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.inventory.channel_model import FillingRule
from dashboard.inventory.selling_commands import SetFilling
from dashboard.inventory.selling_events import FillingSet
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx

TURNS = {
    "priority": "By the order's priority, then first come, first served",
    "placed": "First come, first served, whatever the priority",
}
_RULE: Any = FillingRule.__table__


class Filling(NamedTuple):
    """version 0: nobody has decided."""

    turn: str = "priority"
    version: int = 0


def filling(connection: sa.Connection) -> Filling:
    found = connection.execute(sa.select(_RULE.c.turn, _RULE.c.version)).first()
    return Filling(*found) if found else Filling()


def set_filling(tx: Tx, command: SetFilling, actor: Actor, now: dt.datetime) -> int:
    """Returns the rule's version. Raises: Invalid; Conflict, when it was changed meanwhile (facts: version, turn)."""
    if command.turn not in TURNS:
        raise Invalid(f"Choose one of {', '.join(TURNS)}.", fields={"turn": "choose one of the list"})
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    fresh = {"id": 1, **Filling()._asdict(), "updated_by": actor.name, "updated_at": now}
    tx.execute(dialect.insert(_RULE).values(fresh).on_conflict_do_nothing(index_elements=["id"]))
    before = tx.execute(sa.select(_RULE.c.turn, _RULE.c.version).with_for_update()).one()
    if command.version is not None and command.version != before.version:
        raise Conflict("Somebody has changed who is served first meanwhile. Look again.", version=before.version, turn=before.turn)
    if command.turn == before.turn:
        return before.version
    version = before.version + 1
    tx.execute(sa.update(_RULE).values(turn=command.turn, version=version, updated_by=actor.name, updated_at=now))
    tx.record(FillingSet(1, version, before.turn, command.turn), actor, now)
    return version
