"""I13 for what waits: every waiting line has a promise or an explicit `no date`, and no delivery promises units it does not bring.

Promises follow their causes after the commit, so these look only at what no event still to be worked on can explain.
"""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from dashboard.check.condition import by_walk

_PENDING = sa.text("SELECT 1 FROM job WHERE status IN ('ready', 'running') AND task IN ('reaction', 'promises.follow') LIMIT 1")
_CURSOR = sa.text("SELECT value FROM meta WHERE key = 'cursor:reactions'")
_QUIET = "NOT EXISTS (SELECT 1 FROM event e WHERE e.order_id = l.order_id AND (e.seq IS NULL OR e.seq > :seq))"
_MADE = (
    "SELECT l.id, l.order_id, l.sku_code, l.backordered, p.units AS promised FROM order_line l JOIN orders o ON o.id = l.order_id"
    " LEFT JOIN order_promise p ON p.order_line_id = l.id WHERE o.status = 'open' AND l.backordered <> coalesce(p.units, 0)"
    f" AND {_QUIET} UNION ALL SELECT l.id, l.order_id, l.sku_code, l.backordered, p.units FROM order_promise p"
    " JOIN order_line l ON l.id = p.order_line_id JOIN orders o ON o.id = l.order_id WHERE p.units > 0 AND o.status <> 'open'"
    f" AND {_QUIET}"
)
_LEFT = (
    "CASE WHEN o.status IN ('ordered', 'partially_received') THEN l.ordered - l.received - l.cancelled ELSE 0 END"
)
_SUPPLY = (
    "SELECT l.id, o.number, s.promised, coalesce(c.units, 0) AS coming FROM (SELECT purchase_order_line_id AS id, sum(units) AS promised"
    " FROM promise_source WHERE purchase_order_line_id IS NOT NULL GROUP BY purchase_order_line_id) s"
    " LEFT JOIN purchase_order_line l ON l.id = s.id LEFT JOIN purchase_order o ON o.id = l.purchase_order_id"
    f" LEFT JOIN (SELECT l.id, {_LEFT} AS units FROM purchase_order_line l JOIN purchase_order o ON o.id = l.purchase_order_id) c"
    " ON c.id = s.id WHERE s.promised > coalesce(c.units, 0) AND NOT EXISTS (SELECT 1 FROM event e WHERE e.entity = 'purchase_order'"
    " AND e.entity_id = CAST(o.id AS TEXT) AND (e.seq IS NULL OR e.seq > :seq))"
)
_DAY = "CASE WHEN count(*) = count(promised_on) THEN max(promised_on) END"
_TOLD = (
    "SELECT o.id, o.number, o.promise_moved, t.told_on, p.day FROM orders o"  # noqa: S608
    f" LEFT JOIN promise_told t ON t.order_id = o.id LEFT JOIN (SELECT order_id, {_DAY} AS day FROM order_promise WHERE units > 0"
    " GROUP BY order_id) p ON p.order_id = o.id WHERE (o.promise_moved IS NOT NULL OR t.order_id IS NOT NULL) AND"
    " coalesce(o.promise_moved, '') <> CASE WHEN o.status <> 'open' OR p.order_id IS NULL OR t.order_id IS NULL OR p.day = t.told_on"
    " OR (p.day IS NULL AND t.told_on IS NULL) THEN '' WHEN t.told_on IS NULL OR p.day < t.told_on THEN 'earlier' ELSE 'later' END"
    f" AND {_QUIET.replace('l.order_id', 'o.id')}"
)


def _settled(sql: str) -> Callable[[sa.Connection], Iterator[dict[str, Any]]]:
    def walk(connection: sa.Connection) -> Iterator[dict[str, Any]]:
        if connection.execute(_PENDING).first() is not None:
            return
        seq = int(connection.scalar(_CURSOR) or 0)
        for row in connection.execute(sa.text(sql), {"seq": seq}):
            yield dict(row._mapping)

    return walk


CONDITIONS = (
    by_walk(
        "promise_made", "I13", "every line that waits has a promise for its units, or says that there is no date yet", _settled(_MADE)
    ),
    by_walk("promise_told", "I13", "an order says when its promise is not what its customer was told", _settled(_TOLD)),
    by_walk("promise_supply", "I3", "no delivery is promised for more units than it still brings", _settled(_SUPPLY)),
)
