"""Rule sets and decisions as they are read."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.model import Location
from dashboard.kernel.errors import NotFound
from dashboard.routing import engine, facts, rules, words
from dashboard.routing.engine import Explained
from dashboard.routing.facts import Facts
from dashboard.routing.model import RoutingDecision, RoutingRuleSet, RoutingSimulation
from dashboard.routing.rules import RuleSet
from dashboard.routing.words import Because, Names


class RuleSetRow(NamedTuple):
    """One version of the rules; id 0 is the built-in one."""

    id: int
    version: int
    state: str
    rule_set: RuleSet
    based_on: int = 0
    changed_by: str = ""
    changed_at: dt.datetime | None = None
    switched_on_by: str | None = None
    switched_on_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        if self.state == "draft":
            return f"Draft {self.id}"
        return f"Rule set {self.id}" if self.id else "Built-in rules"


class Decision(NamedTuple):
    """One stored decision. chosen: {(location id, SKU id): units}."""

    order_id: int
    sequence: int
    rule_set_id: int
    cause: str
    facts: Facts
    chosen: dict[tuple[int, int], int]
    at: dt.datetime


class Why(NamedTuple):
    """A decision explained: replayed from what it was made from. same: the replay decides as was decided then."""

    decision: Decision
    because: Because
    rule_set: str
    same: bool

    @property
    def locations(self) -> set[int]:
        return {at for at, _ in self.decision.chosen}


BUILT_IN = RuleSetRow(0, 0, "off", rules.DEFAULT)


def on(connection: sa.Connection) -> RuleSetRow:
    """The rules in use."""
    found = _in_state(connection, "on")
    return found or BUILT_IN._replace(state="on")


def draft(connection: sa.Connection) -> RuleSetRow | None:
    return _in_state(connection, "draft")


def rule_set(connection: sa.Connection, id_: int) -> RuleSetRow:
    """Raises: NotFound."""
    if id_ == 0:
        return BUILT_IN
    row = connection.execute(_ROWS.where(RoutingRuleSet.id == id_)).first() if 0 < id_ < 2**63 else None
    if row is None:
        raise NotFound(f"There is no rule set {id_}.")
    return _row(row)


def used(connection: sa.Connection, limit: int = 10) -> list[RuleSetRow]:
    """The rule sets that were on before and are not now, the newest first."""
    query = _ROWS.where(RoutingRuleSet.state == "off").order_by(RoutingRuleSet.switched_on_at.desc(), RoutingRuleSet.id.desc())
    return [_row(row) for row in connection.execute(query.limit(limit))]


def decisions_of(connection: sa.Connection, order_id: int) -> list[Decision]:
    """What was decided for an order, in the order it was decided."""
    table = RoutingDecision.__table__
    query = sa.select(table).where(table.c.order_id == order_id).order_by(table.c.sequence)
    return [_decision(row) for row in connection.execute(query)]


def newest(connection: sa.Connection, limit: int) -> list[Decision]:
    """The first decisions of the newest orders, the newest first."""
    table = RoutingDecision.__table__
    query = sa.select(table).where(table.c.sequence == 1).order_by(table.c.order_id.desc()).limit(limit)
    return [_decision(row) for row in connection.execute(query)]


def captured_between(
    connection: sa.Connection, since: dt.datetime | None, until: dt.datetime | None, most: int
) -> list[int]:
    """The ids of the newest `most` orders decided from the one moment until before the other, the oldest first."""
    table = RoutingDecision.__table__
    query = sa.select(table.c.order_id).where(table.c.sequence == 1).order_by(table.c.order_id.desc()).limit(most)
    if since is not None:
        query = query.where(table.c.at >= since)
    if until is not None:
        query = query.where(table.c.at < until)
    return list(connection.execute(query).scalars())[::-1]


def captured(connection: sa.Connection, order_ids: Sequence[int]) -> list[Decision]:
    """The first decisions of these orders, the oldest first."""
    table = RoutingDecision.__table__
    query = sa.select(table).where(table.c.sequence == 1, table.c.order_id.in_(order_ids)).order_by(table.c.order_id)
    return [_decision(row) for row in connection.execute(query)]


def newest_simulation(connection: sa.Connection, rule_set: int) -> sa.Row | None:
    """The last trial of a draft."""
    table = RoutingSimulation.__table__
    return connection.execute(sa.select(table).where(table.c.rule_set_id == rule_set).order_by(table.c.id.desc()).limit(1)).first()


def place_names(connection: sa.Connection) -> dict[int, str]:
    return dict(connection.execute(sa.select(Location.id, Location.name)).all())


def why(connection: sa.Connection, order_id: int) -> list[Why]:
    """Every decision about an order, explained."""
    found = decisions_of(connection, order_id)
    sets = {id_: rule_set(connection, id_) for id_ in {decision.rule_set_id for decision in found}}
    names = names_of(connection, found)
    return [_explained(decision, sets[decision.rule_set_id], names) for decision in found]


def _explained(decision: Decision, by: RuleSetRow, names: Names) -> Why:
    replay, same = replayed(decision, by.rule_set)
    told = words.because(replay, decision.facts, by.rule_set, names)
    if decision.facts.kits:
        told = told._replace(sends=words.sends_of(decision.chosen, names), settled="Kits leave whole, from one location each.")
    return Why(decision, told, by.name, same)


def replayed(decision: Decision, by: RuleSet) -> tuple[Explained, bool]:
    """The decision made again, and whether it is the one that was made; parts of kits are dealt out again after it."""
    found = engine.explain(by, decision.facts.wanted, decision.facts.shelves, decision.facts.wish)
    given = {(at, sku): units for (sku, at), units in (found.chosen.given if found.chosen else {}).items()}
    return found, decision.facts.kits or given == decision.chosen


def newest_unlike(connection: sa.Connection, limit: int) -> Iterator[Decision]:
    """Of the newest decisions those that their own rules would not make again; for checking."""
    sets: dict[int, RuleSet] = {}
    for decision in newest(connection, limit):
        if decision.rule_set_id not in sets:
            try:
                sets[decision.rule_set_id] = rule_set(connection, decision.rule_set_id).rule_set
            except NotFound:
                continue  # another condition reports that
        if not replayed(decision, sets[decision.rule_set_id])[1]:
            yield decision


def names_of(connection: sa.Connection, decisions: Sequence[Decision]) -> Names:
    """Names of all locations and of the SKUs of these decisions."""
    ids = sorted({sku for decision in decisions for sku in decision.facts.wanted})
    codes = connection.execute(sa.select(Sku.id, Sku.code).where(Sku.id.in_(ids))) if ids else ()
    places = connection.execute(sa.select(Location.id, Location.name))
    return Names({row.id: row.name for row in places}, {row.id: row.code for row in codes})


_ROWS = sa.select(RoutingRuleSet.__table__)


def _in_state(connection: sa.Connection, state: str) -> RuleSetRow | None:
    row = connection.execute(_ROWS.where(RoutingRuleSet.state == state)).first()
    return _row(row) if row else None


def _row(row: sa.Row) -> RuleSetRow:
    return RuleSetRow(
        row.id,
        row.version,
        row.state,
        rules.rule_set_of(json.loads(row.document)),
        row.based_on,
        row.changed_by,
        row.changed_at,
        row.switched_on_by,
        row.switched_on_at,
    )


def _decision(row: sa.Row) -> Decision:
    return Decision(
        row.order_id,
        row.sequence,
        row.rule_set_id,
        row.cause,
        facts.unpack(row.facts),
        facts.unpack_takes(row.chosen),
        row.at,
    )
