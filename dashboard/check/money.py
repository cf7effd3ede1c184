"""I5: payments are what their transactions say, and never more goes out than came in."""

from dashboard.check.condition import by_sql

_KINDS = {"authorized": "authorization", "captured": "capture", "refunded": "refund", "voided": "void"}
_SETTLED = ", ".join(
    f"sum(CASE WHEN kind = '{kind}' AND status NOT IN ('pending', 'failed', 'unknown', 'requires_action') THEN amount ELSE 0 END) AS {name}"
    for name, kind in _KINDS.items()
)
_PAYMENT_DIFFERS = " OR ".join(f"p.{name} <> coalesce(t.{name}, 0)" for name in _KINDS)
_ORDER_DIFFERS = " OR ".join(f"o.{name} <> coalesce(p.{name}, 0)" for name in _KINDS)

CONDITIONS = (
    by_sql(
        "payment_bounds", "I5", "0 <= refunded <= captured, and captured + voided <= authorized",
        "SELECT id, order_id, authorized, captured, refunded, voided FROM payment WHERE refunded < 0 OR refunded > captured OR voided < 0"
        " OR captured + voided > authorized",
    ),
    by_sql(
        "payment_sums", "I5", "a payment's sums are those of its settled transactions",
        f"SELECT p.id, p.order_id, p.authorized, p.captured, p.refunded, p.voided FROM payment p LEFT JOIN (SELECT payment_id, {_SETTLED}"
        f" FROM payment_transaction GROUP BY payment_id) t ON t.payment_id = p.id WHERE {_PAYMENT_DIFFERS}",
    ),
    by_sql(
        "order_payments", "I5", "an order's sums are those of its payments, in its own currency",
        "SELECT o.id, o.number, o.authorized, o.captured, o.refunded, o.voided FROM orders o LEFT JOIN (SELECT order_id,"
        " sum(authorized) AS authorized, sum(captured) AS captured, sum(refunded) AS refunded, sum(voided) AS voided FROM payment"
        f" GROUP BY order_id) p ON p.order_id = o.id WHERE {_ORDER_DIFFERS}"
        " UNION ALL SELECT o.id, o.number, o.authorized, o.captured, o.refunded, o.voided FROM payment p"
        " JOIN orders o ON o.id = p.order_id WHERE o.currency <> p.currency",
    ),
    by_sql(
        "repaid_bounds", "I5", "no more is given back of what was received above the total than is refunded in all",
        "SELECT id, number, repaid, refunded FROM orders WHERE repaid < 0 OR repaid > refunded",
    ),
    by_sql(
        "carried_sums", "I5", "what an order is carried, and what it carries for others, are the sums of its carries, and cancel out",
        "SELECT o.id, o.number, o.carried, o.carried_received, c.amount, c.received FROM orders o LEFT JOIN (SELECT order_id,"
        " sum(amount) AS amount, sum(received) AS received FROM (SELECT to_order_id AS order_id, amount, received FROM order_carry"
        " UNION ALL SELECT from_order_id, -amount, -received FROM order_carry) ends GROUP BY order_id) c ON c.order_id = o.id"
        " WHERE o.carried <> coalesce(c.amount, 0) OR o.carried_received <> coalesce(c.received, 0)",
    ),
    by_sql(
        "named_amounts", "I6", "where a line's tax or discount has names, they add up to it",
        "SELECT l.id, l.order_id, l.tax, l.discount, n.kind, n.amount FROM (SELECT order_line_id, kind, sum(amount) AS amount"
        " FROM order_line_amount GROUP BY order_line_id, kind) n LEFT JOIN order_line l ON l.id = n.order_line_id"
        " WHERE l.id IS NULL OR n.amount <> CASE n.kind WHEN 'tax' THEN l.tax ELSE l.discount END",
    ),
    by_sql(
        "transaction_owner", "I5", "a transaction belongs to a payment of its own order",
        "SELECT t.id, t.payment_id, t.order_id FROM payment_transaction t LEFT JOIN payment p ON p.id = t.payment_id"
        " WHERE p.id IS NULL OR p.order_id <> t.order_id",
    ),
)  # fmt: skip
