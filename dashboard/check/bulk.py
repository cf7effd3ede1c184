"""Bulk actions: a run's counts are its rows, and what a run did is there or was taken back."""

from dashboard.check.condition import by_sql

CONDITIONS = (
    by_sql(
        "bulk_counted", "I12", "a bulk action counts its rows: the first ones are settled, the rest waits",
        "SELECT r.id, r.status, r.total, r.done, r.skipped, b.rows_in_all, b.rows_done, b.rows_skipped FROM bulk_run r LEFT JOIN"
        " (SELECT run_id, count(*) AS rows_in_all, sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS rows_done,"
        " sum(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END) AS rows_skipped, max(place) AS last,"
        " max(CASE WHEN state <> 'waiting' THEN place ELSE 0 END) AS settled FROM bulk_row GROUP BY run_id) b ON b.run_id = r.id"
        " WHERE b.run_id IS NULL OR r.total <> b.rows_in_all OR r.total <> b.last OR r.done <> b.rows_done OR r.skipped <> b.rows_skipped"
        " OR b.settled <> r.done + r.skipped",
    ),
    by_sql(
        "bulk_undoes", "I12", "an undo takes back orders that its bulk action had done, and no others",
        "SELECT u.id, x.order_id FROM bulk_run u JOIN bulk_row x ON x.run_id = u.id LEFT JOIN bulk_row d ON d.run_id = u.undoes_id"
        " AND d.order_id = x.order_id AND d.state = 'done' WHERE u.undoes_id IS NOT NULL AND d.order_id IS NULL",
    ),
    by_sql(
        "bulk_effects", "I12", "what was done and can be taken back is kept with its order",
        "SELECT x.run_id, x.place, r.action FROM bulk_row x JOIN bulk_run r ON r.id = x.run_id"
        " WHERE x.state = 'done' AND x.effect IS NULL",
    ),
)  # fmt: skip
