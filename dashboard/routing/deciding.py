"""Route an order's units by the rule set that is on, and keep the decision with what it was made from.

The rule set is kept in memory. The decision is kept only if that rule set is still the one that is on; otherwise the one that is on
is read and decides again, on the same locked shelves. PostgreSQL looks and writes in one statement; SQLite's writer looks once per
commit.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboard.inventory import allocation
from dashboard.inventory.allocation import Decision
from dashboard.inventory.commands import Demand
from dashboard.inventory.sellable import Terms
from dashboard.kernel import clock
from dashboard.kernel.errors import TryAgain
from dashboard.kernel.statements import Prepared, rows_into
from dashboard.kernel.tx import Tx
from dashboard.routing import engine, facts, load, rules
from dashboard.routing.commands import Wish
from dashboard.routing.model import RoutingDecision
from dashboard.routing.rules import RuleSet

ATTEMPTS = 5
_INTO = (
    "INSERT INTO routing_decision (order_id, sequence, rule_set_id, cause, facts, chosen, at)"
    " SELECT %(order_id)s::bigint, %(sequence)s::bigint, {}, %(cause)s::text, %(facts)s::text, %(chosen)s::text, %(at)s::bigint"
)
_KEEP_DECISION = Prepared(
    postgresql=_INTO.format("coalesce(max(id), 0)")
    + " FROM routing_rule_set WHERE state = 'on' HAVING coalesce(max(fingerprint), '') = %(fingerprint)s::text"
)
_KEEP_DEFAULT = Prepared(
    postgresql=_INTO.format("0") + " WHERE NOT EXISTS (SELECT 1 FROM routing_rule_set WHERE state = 'on')"
)
_DECIDED = rows_into(RoutingDecision, "order_id", "sequence", "rule_set_id", "cause", "facts", "chosen", "at").waiting()
_WHICH = Prepared(
    sqlite="SELECT coalesce(max(id), 0), coalesce(max(fingerprint), '') FROM routing_rule_set WHERE state = 'on'", apart=True
)
_ON = Prepared(
    sqlite="SELECT fingerprint, document FROM routing_rule_set WHERE state = 'on'",
    postgresql="SELECT fingerprint, document FROM routing_rule_set WHERE state = 'on'",
)
_FORGET = Prepared(
    sqlite="DELETE FROM routing_decision WHERE order_id = :order_id AND sequence = :sequence",
    postgresql="DELETE FROM routing_decision WHERE order_id = %(order_id)s AND sequence = %(sequence)s",
)
_NEXT = Prepared(
    sqlite="SELECT coalesce(max(sequence), 0) + 1 FROM routing_decision WHERE order_id = :order_id",
    postgresql="SELECT coalesce(max(sequence), 0) + 1 FROM routing_decision WHERE order_id = %(order_id)s",
)


class Known(NamedTuple):
    """A rule set as this process knows it; the fingerprint of the built-in one is ''. counts: a rule asks for today's orders."""

    fingerprint: str
    rule_set: RuleSet
    counts: bool = False


class Routed(NamedTuple):
    """A decision not yet kept."""

    decision: Decision
    demands: Sequence[Demand]
    wish: Wish
    by: Known


BUILT_IN = Known("", rules.DEFAULT)
_known = BUILT_IN  # what was on when this process last looked: a guess that keep() proves or corrects


def fingerprint(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def decide(
    tx: Tx,
    demands: Sequence[Demand],
    wish: Wish,
    now: dt.datetime,
    terms: Terms,
    kept: Mapping[tuple[int, int], int] | None = None,
) -> Routed:
    """Lock the balances of the wanted SKUs and choose who gives what. keep() must follow before anything depends on it.

    Args: terms, kept: as in allocation.decide.
    """
    by = _known
    wish = _with_load(tx, by, wish, now)
    decision = allocation.decide(
        tx, demands, terms, kept, lambda d, shelves: engine.route(by.rule_set, d, shelves, wish), wish.excluded
    )
    return Routed(decision, demands, wish, by)


def keep(tx: Tx, routed: Routed, order_id: int, now: dt.datetime, cause: str = "captured", sequence: int = 1) -> Decision:
    """Write the decision down; made anew, on the same shelves, if the rules were switched meanwhile. Returns the one that counts."""
    if not routed.demands:
        return routed.decision
    attempts = ATTEMPTS
    while True:
        if _kept(tx, routed, order_id, now, cause, sequence):
            if not routed.by.counts:
                return routed.decision
            if (given := _given(tx, routed, now)) is not None:
                return _behind(routed, given)
            tx.run(_FORGET, order_id=order_id, sequence=sequence)
        attempts -= 1
        if not attempts:
            raise TryAgain
        routed = _again(tx, routed, now)


def _given(tx: Tx, routed: Routed, now: dt.datetime) -> dict[int, int] | None:
    """Count the order at its locations: how many orders each was given today before it. None, and nothing counted, when others took a
    place's last room since it was chosen for having some; whoever was chosen although full is counted all the same.
    """
    zones = {balance.location_id: balance.time_zone for rows in routed.decision.stock.values() for balance in rows}
    capacity, seen = routed.by.rule_set.capacity, routed.wish.load
    wanted = {
        take.location_id: capacity.get(take.location_id) if seen.get(take.location_id, 0) < capacity.get(take.location_id, 0) else None
        for take in routed.decision.takes
    }
    return load.claim(tx, [(at, zones[at], most) for at, most in wanted.items()], now)


def _behind(routed: Routed, given: Mapping[int, int]) -> Decision:
    """The decision, and how far its first sender is behind its capacity."""
    takes = routed.decision.takes
    days = routed.by.rule_set.days_behind(takes[0].location_id, given) if takes else 0
    return routed.decision._replace(behind=days) if days else routed.decision


def _kept(tx: Tx, routed: Routed, order_id: int, now: dt.datetime, cause: str, sequence: int) -> bool:
    """Whether it was written: the rules it was made by are still on."""
    by = routed.by.fingerprint
    made_from, chosen = facts.pack(routed.demands, routed.decision.shelves, routed.wish), facts.pack_takes(routed.decision.takes)
    if tx.is_sqlite:  # the writer is alone: what is on now is on until the commit
        rule_set_id, on = _which_is_on(tx)
        return on == by and bool(tx.add(_DECIDED, [(order_id, sequence, rule_set_id, cause, made_from, chosen, clock.micros(now))]))
    statement = _KEEP_DECISION if by else _KEEP_DEFAULT
    values = {"order_id": order_id, "sequence": sequence, "cause": cause, "facts": made_from, "chosen": chosen}
    return tx.run(statement, **values, at=clock.micros(now), fingerprint=by).rowcount > 0


def _which_is_on(tx: Tx) -> tuple[int, str]:
    """(id, fingerprint) of the rule set that is on; of the built-in one, (0, "")."""
    seen = tx.seen("routing")
    if "on" not in seen:
        seen["on"] = tx.run(_WHICH).fetchone()
    return seen["on"]


def refresh(tx: Tx) -> None:
    """Look which rule set is on; for decisions that need not be cheap."""
    global _known
    row = tx.run(_ON).fetchone()
    _known = _read(*row) if row else BUILT_IN


def _read(fingerprint: str, document: str) -> Known:
    rule_set = rules.rule_set_of(json.loads(document))
    return Known(fingerprint, rule_set, rule_set.rule("capacity_left_today") is not None)


def may_withhold() -> bool:
    """Whether the rules last seen may leave units on a shelf that an order waits for."""
    return _known.rule_set.rule("do_not_split_below") is not None


def next_sequence(tx: Tx, order_id: int) -> int:
    return tx.run(_NEXT, order_id=order_id).fetchone()[0]


def _again(tx: Tx, routed: Routed, now: dt.datetime) -> Routed:
    refresh(tx)
    by, decision = _known, routed.decision
    wish = _with_load(tx, by, routed.wish, now)
    takes = allocation.chosen(
        routed.demands, decision.shelves, lambda d, shelves: engine.route(by.rule_set, d, shelves, wish), wish.excluded
    )
    return routed._replace(decision=decision._replace(takes=takes), wish=wish, by=by)


def _with_load(tx: Tx, by: Known, wish: Wish, now: dt.datetime) -> Wish:
    """The wish with what a rule wants to know of today; nothing is asked when none does."""
    if by.counts:
        return wish._replace(load=load.today(tx, now))
    return wish._replace(load={}) if wish.load else wish
