"""Set how often each class is counted, and by how much a figure may differ."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.counts.events import CountPoliciesSet
from dashboard.counts.model import CountPolicy
from dashboard.counts.rules import POLICIES, Policy
from dashboard.counts.store.policies import policies, policies_version
from dashboard.kernel import jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.tx import Tx

RESCHEDULE = "counts.schedule"
RANGES = {"interval_days": (1, 3650), "tolerance_units": (0, 1_000_000), "tolerance_percent": (0, 100)}


@dataclass(frozen=True)
class SetPolicies:
    """policies: of every class. version: as the person saw them."""

    policies: dict[str, Policy]
    version: int


def set_policies(tx: Tx, command: SetPolicies, actor: Actor, now: dt.datetime) -> int:
    """Returns the new version; what is due is worked out again at once.

    Raises: Invalid, naming the fields (A.interval_days); Conflict, when somebody set them meanwhile (facts: version).
    """
    _check(command)
    rows = tx.execute(sa.select(CountPolicy.class_).order_by(CountPolicy.class_).with_for_update()).scalars().all()
    version, before = policies_version(tx.connection), policies(tx.connection)
    if version != command.version:
        raise Conflict("Somebody else set these rules meanwhile. Look at them again.", version=version)
    if before == command.policies:
        return version
    for class_, policy in command.policies.items():
        values = {**policy._asdict(), "version": version + 1}
        if class_ in rows:
            tx.execute(sa.update(CountPolicy).where(CountPolicy.class_ == class_).values(**values))
        else:
            tx.execute(sa.insert(CountPolicy).values(class_=class_, **values))
    changes = {name: [list(before[name]), list(policy)] for name, policy in command.policies.items() if before[name] != policy}
    tx.record(CountPoliciesSet("all", version + 1, changes), actor, now)
    jobs.enqueue(tx, RESCHEDULE, {}, now, key=f"{RESCHEDULE}:v{version + 1}", title="Work out what is due for counting")
    return version + 1


def _check(command: SetPolicies) -> None:
    fields = {}
    for class_ in POLICIES:
        policy = command.policies.get(class_)
        for name, (least, most) in RANGES.items():
            value = getattr(policy, name, None)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                fields[f"{class_}.{name}"] = f"Between {least:,} and {most:,}."
    if fields or set(command.policies) != set(POLICIES):
        raise Invalid("Some of these rules cannot be kept.", fields=fields)
