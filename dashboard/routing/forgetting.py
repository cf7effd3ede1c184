"""Forget where the orders of an erased person went, as far as the decisions about them do not rest on it."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel import jsontext
from dashboard.kernel.tx import Tx
from dashboard.routing import store
from dashboard.routing.model import RoutingDecision
from dashboard.routing.rules import LONGEST_PREFIX, RuleSet


def forget_postal_codes(tx: Tx, order_ids: Sequence[int]) -> int:
    """Cut the postal code in each decision's facts to what its distance table looked at. Returns how many were cut."""
    table = RoutingDecision.__table__.c
    query = sa.select(table.order_id, table.sequence, table.rule_set_id, table.facts).where(table.order_id.in_(order_ids))
    cut = 0
    for row in tx.execute(query).all():
        values: Any = json.loads(row.facts)
        country, code, *rest = values[2]
        kept = code[: _looked_at(store.rule_set(tx.connection, row.rule_set_id).rule_set, country, code)]
        if kept == code:
            continue
        values[2] = [country, kept, *rest]
        tx.execute(
            sa.update(RoutingDecision)
            .where(table.order_id == row.order_id, table.sequence == row.sequence)
            .values(facts=jsontext.encode(values))
        )
        cut += 1
    return cut


def _looked_at(rule_set: RuleSet, country: str, code: str) -> int:
    """The length of the longest prefix that the distances name."""
    lengths = range(min(len(code), LONGEST_PREFIX), 0, -1)
    return next((length for length in lengths if (country, code[:length]) in rule_set.distances), 0)
