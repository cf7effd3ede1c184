"""Routing decisions as plain values for machines: who sends, by which rules, and why the others do not."""

from typing import Any

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.kernel import clock
from dashboard.routing import store


def decisions(connection: sa.Connection, order_id: int) -> list[dict[str, Any]]:
    """Every decision about the order, in the order they were made."""
    whys = store.why(connection, order_id)
    codes = {row.id: row.code for row in connection.execute(sa.select(Location.id, Location.code))}
    return [
        {
            "sequence": why.decision.sequence,
            "cause": why.decision.cause,
            "rule_set": str(why.decision.rule_set_id),
            "at": clock.iso(why.decision.at),
            "locations": sorted(codes.get(at, str(at)) for at in why.locations),
            "reason": f"{why.because.sends} {why.because.settled}".strip(),
            "others": [{"location": name, "reason": reason} for name, reason in why.because.others],
        }
        for why in whys
    ]
