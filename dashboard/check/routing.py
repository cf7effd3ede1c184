"""Routing decisions: made by rules that were on, and the same when they are made again from what was kept."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from dashboard.check.condition import by_sql, by_walk
from dashboard.routing import store

NEWEST = 1_000


def unlike(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    for decision in store.newest_unlike(connection, NEWEST):
        yield {"order_id": decision.order_id, "sequence": decision.sequence, "rule_set_id": decision.rule_set_id}


CONDITIONS = (
    by_sql(
        "routed_by_rules",
        "I13",
        "every routing decision was made by a rule set that was switched on",
        "SELECT d.order_id, d.sequence, d.rule_set_id FROM routing_decision d LEFT JOIN routing_rule_set r ON r.id = d.rule_set_id"
        " WHERE d.rule_set_id <> 0 AND (r.id IS NULL OR r.switched_on_at IS NULL)",
    ),
    by_walk(
        "routing_replayed",
        "I12",
        f"the {NEWEST} newest first decisions are what their rules decide again from their facts",
        unlike,
    ),
)
