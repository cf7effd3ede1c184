"""Change routing rules: a draft is edited, simulated, and switched on as a whole; switching back is the same."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.kernel import jsontext
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx
from dashboard.routing import checking, deciding, load, rules
from dashboard.routing.commands import DiscardDraft, EditDraft, StartDraft, SwitchOn
from dashboard.routing.events import RuleSetDiscarded, RuleSetDrafted, RuleSetEdited, RuleSetSwitchedOn
from dashboard.routing.model import RoutingRuleSet

_ONE_AT_A_TIME = Prepared(sqlite="SELECT 1", postgresql="SELECT pg_advisory_xact_lock(hashtext('routing_rule_set'))")


class Saved(NamedTuple):
    """A rule set after an action; id 0 is the built-in one."""

    id: int
    version: int


def start_draft(tx: Tx, command: StartDraft, actor: Actor, now: dt.datetime) -> Saved:
    """Raises: NotFound; Conflict, when there is a draft already."""
    tx.run(_ONE_AT_A_TIME)
    if (draft := _in_state(tx, "draft")) is not None:
        raise Conflict(f"{draft.changed_by} has started a draft already; edit that one, or discard it first.", id=draft.id)
    document = jsontext.encode(rules.document_of(rules.DEFAULT)) if not command.based_on else _used(tx, command.based_on).document
    row = RoutingRuleSet(
        state="draft",
        document=document,
        fingerprint=deciding.fingerprint(document),
        based_on=command.based_on,
        version=1,
        changed_by=actor.name,
        changed_at=now,
    )
    tx.orm.add(row)
    tx.flush()
    tx.record(RuleSetDrafted(row.id, 1, command.based_on), actor, now)
    return Saved(row.id, 1)


def edit_draft(tx: Tx, command: EditDraft, actor: Actor, now: dt.datetime) -> Saved:
    """Raises: NotFound; Invalid, per field; Conflict, when somebody changed it or it is no draft any more (facts: changed_by)."""
    tx.run(_ONE_AT_A_TIME)
    row = _draft(tx, command.id, command.version)
    places = set(tx.orm.scalars(sa.select(Location.id)))
    if fields := checking.faults(command.document, places):
        raise Invalid("The rules cannot be saved: " + "; ".join(fields.values()) + ".", fields=fields)
    document = jsontext.encode(command.document)
    if document == row.document:
        return Saved(row.id, row.version)
    row.document, row.fingerprint = document, deciding.fingerprint(document)
    _changed(row, actor, now)
    tx.record(RuleSetEdited(row.id, row.version, [rule["kind"] for rule in command.document["rules"] if rule["on"]]), actor, now)
    return Saved(row.id, row.version)


def discard_draft(tx: Tx, command: DiscardDraft, actor: Actor, now: dt.datetime) -> Saved:
    """Raises: NotFound; Conflict, when somebody changed it meanwhile or it is no draft any more."""
    tx.run(_ONE_AT_A_TIME)
    row = _draft(tx, command.id, command.version)
    row.state = "discarded"
    _changed(row, actor, now)
    tx.record(RuleSetDiscarded(row.id, row.version), actor, now)
    return Saved(row.id, row.version)


def switch_on(tx: Tx, command: SwitchOn, actor: Actor, now: dt.datetime) -> Saved:
    """Route by a draft, or again by a rule set of the past; 0 is the built-in one.

    Raises: NotFound; Conflict, when others are on than this person saw (facts: active), or the rule set was changed meanwhile.
    """
    tx.run(_ONE_AT_A_TIME)
    on = _in_state(tx, "on")
    active = on.id if on else 0
    if active != command.active:
        who = on.switched_on_by if on else "Somebody"
        raise Conflict(
            f"{who} switched to rule set {active} meanwhile. Nothing was changed; look at it, then decide.", active=active
        )
    if active == command.id:
        raise Conflict(f"Rule set {active} is on already.", active=active)
    row = _to_switch_on(tx, command) if command.id else None
    if on is not None:
        on.state = "off"
        tx.flush()
    if row is not None:
        row.state, row.version = "on", row.version + 1
        row.switched_on_by, row.switched_on_at = actor.name, now
        load.count_today(tx, now)
    tx.record(RuleSetSwitchedOn(command.id, row.version if row else 0, active), actor, now)
    return Saved(command.id, row.version if row else 0)


def _to_switch_on(tx: Tx, command: SwitchOn) -> RoutingRuleSet:
    row = _row(tx, command.id)
    if row.state == "discarded":
        raise NotFound(f"Rule set {command.id} was discarded.")
    _check_version(row, command.version)
    return row


def _in_state(tx: Tx, state: str) -> RoutingRuleSet | None:
    return tx.orm.scalar(sa.select(RoutingRuleSet).where(RoutingRuleSet.state == state))


def _row(tx: Tx, id_: int) -> RoutingRuleSet:
    row = tx.orm.get(RoutingRuleSet, id_) if 0 < id_ < 2**63 else None
    if row is None:
        raise NotFound(f"There is no rule set {id_}.")
    return row


def _used(tx: Tx, id_: int) -> RoutingRuleSet:
    row = _row(tx, id_)
    if row.state not in ("on", "off"):
        raise NotFound(f"There is no rule set {id_} to start from.")
    return row


def _draft(tx: Tx, id_: int, version: int) -> RoutingRuleSet:
    row = _row(tx, id_)
    if row.state != "draft":
        raise Conflict(f"Rule set {id_} is no draft any more; load the page again.", changed_by=row.changed_by)
    _check_version(row, version)
    return row


def _check_version(row: RoutingRuleSet, version: int) -> None:
    if row.version != version:
        raise Conflict(
            f"{row.changed_by} changed this draft meanwhile. Nothing was saved; load the page again to see it.",
            version=row.version,
            changed_by=row.changed_by,
        )


def _changed(row: RoutingRuleSet, actor: Actor, now: dt.datetime) -> None:
    row.version += 1
    row.changed_by, row.changed_at = actor.name, now
