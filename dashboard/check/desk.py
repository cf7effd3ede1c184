"""The desk: an exception is what its steps say, and a mention belongs to a comment of its order."""

from dashboard.check.condition import by_sql

CONDITIONS = (
    by_sql(
        "exception_open", "I12", "an exception is resolved by somebody, or open: it sleeps and closes itself only as what it is",
        "SELECT id, kind, resolved_at, resolved_by, snoozed_until, cleared FROM order_exception"
        " WHERE (resolved_at IS NULL) <> (resolved_by IS NULL) OR (resolved_at IS NOT NULL AND snoozed_until IS NOT NULL)"
        " OR (resolved_at IS NULL AND (cleared OR resolution IS NOT NULL))",
    ),
    by_sql(
        "exception_steps", "I11", "an exception opened as often as its steps say, and its last opening or closing is its state",
        "SELECT x.id, x.kind, x.times, s.opened, s.closed, x.resolved_at FROM order_exception x JOIN (SELECT exception_id,"
        " sum(CASE WHEN what IN ('opened', 'reopened') THEN 1 ELSE 0 END) AS opened,"
        " sum(CASE WHEN what IN ('resolved', 'cleared') THEN 1 WHEN what = 'taken_back' THEN -1 ELSE 0 END) AS closed,"
        " min(CASE WHEN what = 'opened' THEN 0 ELSE 1 END) AS older FROM order_exception_step GROUP BY exception_id) s"
        " ON s.exception_id = x.id WHERE s.older = 0 AND (x.times <> s.opened"
        " OR s.opened - s.closed <> CASE WHEN x.resolved_at IS NULL THEN 1 ELSE 0 END)",
    ),
    by_sql(
        "mention_of_order", "I13", "a mention belongs to a comment of the same order",
        "SELECT m.id, m.note_id, m.order_id, n.order_id AS note_order FROM mention m LEFT JOIN order_note n ON n.id = m.note_id"
        " WHERE n.id IS NULL OR n.order_id <> m.order_id",
    ),
)  # fmt: skip
