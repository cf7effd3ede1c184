"""Counts: an approved figure moved its variance once, and a count stands where its lines stand."""

from dashboard.check.condition import by_sql

_MOVED = (
    "stock_movement m ON m.key = 'count-line:' || CAST(l.id AS TEXT) AND m.kind = 'counted' AND m.sku_id = l.sku_id"
    " AND m.location_id = l.location_id"
)

CONDITIONS = (
    by_sql(
        "counted_once", "I1", "each approved line of a count has exactly one movement with its variance, none when it is 0",
        "SELECT l.id AS count_line_id, l.count_id, l.counted - l.expected AS variance, count(m.id) AS movements,"
        f" coalesce(sum(m.on_hand), 0) AS moved FROM count_line l LEFT JOIN {_MOVED} WHERE l.state = 'approved'"
        " GROUP BY l.id, l.count_id, l.counted, l.expected"
        " HAVING count(m.id) <> CASE WHEN l.counted = l.expected THEN 0 ELSE 1 END"
        " OR coalesce(sum(m.on_hand), 0) <> l.counted - l.expected",
    ),
    by_sql(
        "counted_by_count", "I13", "every movement of a count belongs to an approved line",
        "SELECT m.id, m.sku_id, m.location_id, m.key FROM stock_movement m WHERE m.kind = 'counted' AND NOT EXISTS"
        " (SELECT 1 FROM count_line l WHERE l.state = 'approved' AND m.key = 'count-line:' || CAST(l.id AS TEXT)"
        " AND l.sku_id = m.sku_id AND l.location_id = m.location_id)",
    ),
    by_sql(
        "count_schedule", "I12", "the schedule of counts says when a shelf was last counted",
        "SELECT s.location_id, s.sku_id, s.last_counted, max(l.counted_at) AS counted_at FROM count_schedule s LEFT JOIN count_line l"
        " ON l.location_id = s.location_id AND l.sku_id = s.sku_id AND l.state = 'approved' AND l.bin_id IS NULL"
        " GROUP BY s.location_id, s.sku_id, s.last_counted HAVING coalesce(max(l.counted_at), 0) <> coalesce(s.last_counted, 0)",
    ),
    by_sql(
        "count_status", "I11", "a count is closed when all of its lines are decided, and approved when one of them is",
        "SELECT c.id, c.number, c.status, lines.undecided, lines.approved FROM stock_count c JOIN (SELECT count_id,"
        " sum(CASE WHEN state IN ('to_count', 'counted') THEN 1 ELSE 0 END) AS undecided,"
        " sum(CASE WHEN state = 'to_count' THEN 1 ELSE 0 END) AS to_count, sum(CASE WHEN state = 'approved' THEN 1 ELSE 0 END) AS approved"
        " FROM count_line GROUP BY count_id) lines ON lines.count_id = c.id"
        " WHERE (c.status IN ('approved', 'cancelled')) <> (undecided = 0) OR (c.status = 'approved' AND approved = 0)"
        " OR (c.status = 'cancelled' AND approved > 0) OR (c.status = 'review' AND to_count > 0)",
    ),
)  # fmt: skip
