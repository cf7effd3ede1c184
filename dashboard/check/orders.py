"""I4, I6, I8, I12, I13: totals, counters, identities and derived columns of orders, and their work."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from babel.core import get_global

from dashboard.check.condition import Condition, by_sql, by_walk
from dashboard.kernel.units import PRICE_DIGITS
from dashboard.orders import derive, rules
from dashboard.orders.rows import FIRST_NUMBER

_SCALES = " ".join(
    f"WHEN '{code}' THEN {10 ** (PRICE_DIGITS - found[0])}"
    for code, found in sorted(get_global("currency_fractions").items())
    if code != "DEFAULT" and found[0] != 2 and found[0] <= PRICE_DIGITS
)
_SCALE = f"CASE o.currency {_SCALES} ELSE 100 END"
"""How many 1/10,000 make a minor unit of the order's currency."""
_EXACT = "(CAST(l.ordered - l.credited AS BIGINT) * l.unit_price_e4)"

_PER = "coalesce(p.units, 1)"
_WHOLE = (
    "SELECT f.fulfilment_order_id, f.order_line_id,"
    + ",".join(f" min(f.{name} / {_PER}) AS {name}" for name in ("units", "picked", "packed"))
    + " FROM fulfilment_line f LEFT JOIN order_line_part p ON p.order_line_id = f.order_line_id AND p.sku_id = f.sku_id"
    " GROUP BY f.fulfilment_order_id, f.order_line_id"
)
"""What each fulfilment order has of a line: units, or whole kits, of which the rarest part decides."""
_BY_SQL: tuple[Condition, ...] = (
    by_sql(
        "order_total", "I4", "total = lines + tax + shipping - discount",
        "SELECT id, number, total, lines_total, tax, shipping, discount FROM orders"
        " WHERE total <> lines_total + tax + shipping - discount OR total < 0",
    ),
    by_sql(
        "order_sums", "I4", "an order's lines total, tax, discount, line count and unit count are the sums of its lines",
        "SELECT o.id, o.number, o.lines_total, o.tax, o.discount, o.line_count, o.unit_count, l.total AS line_sum, l.tax AS tax_sum,"
        " l.discount AS discount_sum, l.lines, l.units FROM orders o LEFT JOIN (SELECT order_id, sum(total) AS total, sum(tax) AS tax,"
        " sum(discount) AS discount, count(*) AS lines, sum(ordered) AS units FROM order_line GROUP BY order_id) l ON l.order_id = o.id"
        " WHERE o.lines_total <> coalesce(l.total, 0) OR o.tax <> coalesce(l.tax, 0) OR o.discount <> coalesce(l.discount, 0)"
        " OR o.line_count <> coalesce(l.lines, 0) OR o.unit_count <> coalesce(l.units, 0)",
    ),
    by_sql(
        "line_total", "I4", "a line's total is (ordered - credited) x unit price, rounded half up once",
        f"SELECT l.id, l.order_id, l.ordered, l.credited, l.unit_price_e4, l.total, o.currency FROM order_line l"
        f" JOIN orders o ON o.id = l.order_id WHERE l.total <> (2 * {_EXACT} + {_SCALE}) / (2 * {_SCALE})",
    ),
    by_sql(
        "line_credited", "I4", "only cancelled units are taken off the bill",
        "SELECT id, order_id, ordered, cancelled, credited FROM order_line WHERE credited < 0 OR credited > cancelled",
    ),
    by_sql(
        "line_counters", "I6", "ordered = cancelled + backordered + allocated + picked + packed + shipped; delivered, returned <= shipped",
        "SELECT id, order_id, ordered, cancelled, backordered, allocated, picked, packed, shipped, delivered, returned FROM order_line"
        " WHERE ordered <> cancelled + backordered + allocated + picked + packed + shipped OR ordered < 1 OR cancelled < 0"
        " OR backordered < 0 OR allocated < 0 OR picked < 0 OR packed < 0 OR shipped < 0"
        " OR delivered < 0 OR delivered > shipped OR returned < 0 OR returned > shipped",
    ),
    by_sql(
        "line_work", "I6", "what a line counts as allocated, picked, packed and shipped is what its fulfilment orders say",
        "SELECT l.id, l.order_id, l.allocated, l.picked, l.packed, l.shipped, w.open_units, w.open_picked, w.open_packed, w.sent"
        " FROM order_line l JOIN (SELECT f.order_line_id, sum(CASE WHEN w.status IN ('shipped', 'closed') THEN 0 ELSE f.units END)"
        " AS open_units, sum(CASE WHEN w.status IN ('shipped', 'closed') THEN 0 ELSE f.picked END) AS open_picked,"
        " sum(CASE WHEN w.status IN ('shipped', 'closed') THEN 0 ELSE f.packed END) AS open_packed,"
        " sum(CASE WHEN w.status IN ('shipped', 'closed') THEN f.packed ELSE 0 END) AS sent FROM"
        f" ({_WHOLE}) f"
        " JOIN fulfilment_order w ON w.id = f.fulfilment_order_id WHERE w.status NOT IN ('cancelled', 'rejected')"
        " GROUP BY f.order_line_id) w ON w.order_line_id = l.id WHERE l.allocated + l.picked + l.packed <> w.open_units"
        " OR l.picked + l.packed <> w.open_picked OR l.packed <> w.open_packed OR l.shipped <> w.sent",
    ),
    by_sql(
        "line_returns", "I6", "a line counts as returned what its received returns brought back",
        "SELECT l.id, l.order_id, l.returned, coalesce(r.units, 0) AS received FROM order_line l LEFT JOIN (SELECT b.order_line_id,"
        " sum(b.units) AS units FROM return_line b JOIN return_ r ON r.id = b.return_id"
        " WHERE r.status IN ('received', 'inspected', 'resolved', 'closed') AND b.order_line_id IS NOT NULL GROUP BY b.order_line_id) r"
        " ON r.order_line_id = l.id WHERE l.returned <> coalesce(r.units, 0)",
    ),
    by_sql(
        "external_once", "I8", "one (channel, external id) is one order",
        "SELECT channel, external_id, count(*) AS orders FROM orders WHERE external_id IS NOT NULL"
        " GROUP BY channel, external_id HAVING count(*) > 1",
    ),
    by_sql(
        "order_numbers", "I8", f"an order's number is {FIRST_NUMBER} + its id, so that none is used twice",
        f"SELECT id, number FROM orders WHERE number <> CAST({FIRST_NUMBER} + id AS TEXT)",
    ),
    by_sql(
        "answered", "I8", "every Idempotency-Key that was taken has its answer",
        "SELECT scope, key FROM idempotency_key WHERE status = 0",
    ),
    by_sql(
        "order_work", "I12", "an order's open holds and open returns are counted as they are",
        "SELECT o.id, o.number, o.open_holds, h.holds, o.open_returns, r.returns FROM orders o"
        " LEFT JOIN (SELECT order_id, count(*) AS holds FROM order_hold WHERE released_at IS NULL GROUP BY order_id) h ON h.order_id = o.id"
        " LEFT JOIN (SELECT order_id, count(*) AS returns FROM return_ WHERE status IN ('requested', 'approved', 'in_transit',"
        " 'partially_received') GROUP BY order_id) r ON r.order_id = o.id"
        " WHERE o.open_holds <> coalesce(h.holds, 0) OR o.open_returns <> coalesce(r.returns, 0)",
    ),
    by_sql(
        "holds_have_open_orders", "I12", "no order that is cancelled, completed or discarded is still on hold",
        "SELECT o.id, o.number, o.status, h.id AS hold_id, h.kind FROM order_hold h JOIN orders o ON o.id = h.order_id"
        " WHERE h.released_at IS NULL AND o.status NOT IN ('draft', 'open')",
    ),
    by_sql(
        "order_moments", "I12", "an order that is shipped, delivered or cancelled says since when",
        "SELECT id, number, status, fulfilment_status, shipped_at, delivered_at, cancelled_at FROM orders"
        " WHERE (fulfilment_status IN ('shipped', 'delivered') AND shipped_at IS NULL)"
        " OR (fulfilment_status = 'delivered' AND delivered_at IS NULL) OR (status = 'cancelled' AND cancelled_at IS NULL)",
    ),
    by_sql(
        "order_decided", "I13", "an order without a line has an exception; every order has a payment record",
        "SELECT o.id, o.number, o.line_count, CASE WHEN p.order_id IS NULL THEN 'no payment record' ELSE 'no exception' END AS missing"
        " FROM orders o LEFT JOIN (SELECT DISTINCT order_id FROM payment) p ON p.order_id = o.id"
        " LEFT JOIN (SELECT DISTINCT order_id FROM order_exception) e ON e.order_id = o.id"
        " WHERE p.order_id IS NULL OR (o.line_count = 0 AND e.order_id IS NULL)",
    ),
    by_sql(
        "work_has_lines", "I13", "every fulfilment order has lines, of its own order",
        "SELECT w.id, w.number, w.order_id FROM fulfilment_order w LEFT JOIN fulfilment_line f ON f.fulfilment_order_id = w.id"
        " LEFT JOIN order_line l ON l.id = f.order_line_id WHERE l.id IS NULL OR l.order_id <> w.order_id",
    ),
    by_sql(
        "views_counted", "I14", "the counts of the order list's views are a recount of the orders",
        "SELECT name, sum(kept) AS kept, sum(counted) AS counted FROM (SELECT view AS name, count AS kept, 0 AS counted FROM order_facet"
        + "".join(
            f" UNION ALL SELECT '{name}', 0, count(*) FROM orders WHERE ' ' || views || ' ' LIKE '% {name} %'" for name in rules.VIEWS
        )
        + ") both_sides GROUP BY name HAVING sum(kept) <> sum(counted)",
    ),
)  # fmt: skip

_FACTS = (
    "SELECT o.id, o.number, o.status, o.fulfilment_status, o.payment_status, o.phase, o.readiness, o.views, o.work, o.location_id,"
    " coalesce(l.ordered, 0), coalesce(l.cancelled, 0), coalesce(l.backordered, 0), coalesce(l.allocated, 0), coalesce(l.picked, 0),"
    " coalesce(l.packed, 0), coalesce(l.shipped, 0), coalesce(l.delivered, 0), o.total,"
    " o.authorized + o.carried, o.captured + o.carried_received, o.refunded, o.voided,"
    " o.pay_on, o.open_holds, o.open_returns, o.parcel_problem, o.cancel_reason IS NOT NULL, o.repaid, t.order_id IS NOT NULL FROM orders o"
    " LEFT JOIN order_together t ON t.order_id = o.id"
    " LEFT JOIN (SELECT order_id, sum(ordered) AS ordered,"
    " sum(cancelled) AS cancelled, sum(backordered) AS backordered, sum(allocated) AS allocated, sum(picked) AS picked,"
    " sum(packed) AS packed, sum(shipped) AS shipped, sum(delivered) AS delivered FROM order_line GROUP BY order_id) l"
    " ON l.order_id = o.id"
)
_WORK = "SELECT order_id, status, location_id FROM fulfilment_order WHERE status NOT IN ('cancelled', 'rejected') ORDER BY id"


def rederived(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every order's derived columns against rules.derive over its facts."""
    work: dict[int, list[tuple[str, int]]] = {}
    for order_id, status, location_id in connection.exec_driver_sql(_WORK):
        work.setdefault(order_id, []).append((status, location_id))
    for row in connection.exec_driver_sql(_FACTS):
        id_, number, *stored, views, at_work, location_id = row[:10]
        least = rules.least_advanced([status for status, _ in work.get(id_, ())])
        place = rules.location_of(work.get(id_, ()))
        sums = [int(value) for value in row[10:18]]
        facts = rules.Facts(
            stored[0], *sums, total=row[18], authorized=row[19], captured=row[20], refunded=row[21], voided=row[22], pay_on=row[23],
            work=least, open_holds=row[24], open_returns=row[25], parcel_problem=bool(row[26]), called_off=bool(row[27]), repaid=row[28],
            together=bool(row[29]),
        )  # fmt: skip
        wanted = rules.derive(facts)
        text = derive.views_text(rules.views_of(wanted.status, wanted.phase, least))
        if (*stored, views, at_work, location_id) != (*wanted, text, least, place):
            found, right = [*stored, views, at_work, location_id], [*wanted, text, least, place]
            yield {"id": id_, "number": number, "stored": found, "derived": right}


CONDITIONS = (
    *_BY_SQL,
    by_walk(
        "derived",
        "I12",
        "status, phase, fulfilment and payment status, readiness, work and views are what the rules derive",
        rederived,
    ),
)
