"""I12, I14: records of one person hang together as their merges say, and a customer's sums are those of their orders."""

from dashboard.check.condition import by_sql

_CURSOR = "(SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'cursor:customers')"

CONDITIONS = (
    by_sql(
        "customer_totals", "I14", "what a customer has ordered per currency is the sum of the orders linked to them",
        "SELECT coalesce(t.customer_id, o.customer_id) AS customer_id, coalesce(t.currency, o.currency) AS currency, t.orders, t.amount,"
        " o.orders AS linked, o.amount AS linked_amount FROM customer_total t FULL JOIN (SELECT customer_id, currency,"
        " sum(counted) AS orders, sum(amount) AS amount FROM customer_order GROUP BY customer_id, currency) o"
        " ON o.customer_id = t.customer_id AND o.currency = t.currency"
        " WHERE coalesce(t.orders, -1) <> coalesce(o.orders, -1) OR coalesce(t.amount, -1) <> coalesce(o.amount, -1)",
    ),
    by_sql(
        "customer_orders", "I14", "an order counts for its customer as it stands, once its events were followed",
        "SELECT c.order_id, c.customer_id, c.counted, c.amount, o.status, o.total FROM customer_order c JOIN orders o ON o.id = c.order_id"
        " WHERE (c.counted <> CASE WHEN o.status IN ('open', 'completed') THEN 1 ELSE 0 END OR c.amount <> o.total * c.counted)"
        f" AND {_CURSOR} IS NOT NULL AND NOT EXISTS"
        f" (SELECT 1 FROM event e WHERE e.order_id = o.id AND (e.seq IS NULL OR e.seq > {_CURSOR}))",
    ),
    by_sql(
        "customer_records", "I12", "a merged record hangs under the one its open merge names, and both belong to one person",
        "SELECT c.id, c.parent_id, c.root_id, p.root_id AS parent_root, m.kept_id FROM customer c"
        " LEFT JOIN customer p ON p.id = c.parent_id"
        " LEFT JOIN customer_merge m ON m.gone_id = c.id AND m.undone_at IS NULL"
        " WHERE c.root_id <> coalesce(p.root_id, c.id) OR coalesce(c.parent_id, 0) <> coalesce(m.kept_id, 0)",
    ),
)  # fmt: skip
