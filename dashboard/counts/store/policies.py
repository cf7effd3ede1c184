"""The rules of the classes as they are set, and the class a shelf is in."""

from collections.abc import Collection

import sqlalchemy as sa

from dashboard.counts.model import CountPolicy, CountSchedule
from dashboard.counts.rules import POLICIES, Policy


def policies(connection: sa.Connection) -> dict[str, Policy]:
    """By class, A first."""
    row = CountPolicy
    rows = connection.execute(sa.select(row.class_, row.interval_days, row.tolerance_units, row.tolerance_percent))
    return {**POLICIES, **{class_: Policy(*values) for class_, *values in rows}}


def policies_version(connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.max(CountPolicy.version))).scalar() or 0


def policy_of(connection: sa.Connection, location_id: int, sku_ids: Collection[int]) -> dict[int, Policy]:
    """The rule for each of these SKUs at the location; one that is in no class yet is in C."""
    row, rules = CountSchedule, policies(connection)
    query = sa.select(row.sku_id, row.class_).where(row.location_id == location_id, row.sku_id.in_(sku_ids))
    known = dict(connection.execute(query).all())
    return {sku_id: rules[known.get(sku_id, "C")] for sku_id in sku_ids}
