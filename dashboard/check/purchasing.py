"""I6, I1: what came of a purchase order is what its lines, its receipts and the ledger say."""

from dashboard.check.condition import by_sql

CONDITIONS = (
    by_sql(
        "purchase_bounds", "I6", "no line received more than was ordered and allowed on top; all of it is accounted for once received",
        "SELECT l.id, l.purchase_order_id, p.status, l.ordered, l.received, l.surplus, l.cancelled FROM purchase_order_line l"
        " JOIN purchase_order p ON p.id = l.purchase_order_id WHERE l.received + l.cancelled > l.ordered + l.surplus"
        " OR l.surplus > l.received OR (l.surplus > 1 AND l.surplus * 10 > l.ordered)"
        " OR (p.status = 'draft' AND l.received + l.cancelled > 0)"
        " OR (p.status IN ('received', 'cancelled') AND l.received + l.cancelled < l.ordered)",
    ),
    by_sql(
        "purchase_receipts", "I6", "the receipts of a purchase order line sum up to what it received",
        "SELECT l.id, l.purchase_order_id, l.received, l.surplus, coalesce(r.units, 0) AS units, coalesce(r.surplus, 0) AS receipts_over"
        " FROM purchase_order_line l LEFT JOIN (SELECT line_id, sum(units) AS units, sum(surplus) AS surplus FROM purchase_receipt"
        " GROUP BY line_id) r ON r.line_id = l.id WHERE l.received <> coalesce(r.units, 0) OR l.surplus <> coalesce(r.surplus, 0)",
    ),
    by_sql(
        "purchase_ledger", "I1", "every receipt is one movement of its SKU at its location, of as many units, as many of them damaged",
        "SELECT r.id, r.purchase_order_id, r.units, r.damaged, m.on_hand, m.damaged AS moved_damaged FROM purchase_receipt r"
        " JOIN purchase_order_line l ON l.id = r.line_id JOIN purchase_order p ON p.id = r.purchase_order_id"
        " LEFT JOIN stock_movement m ON m.key = 'purchase_receipt:' || CAST(r.id AS TEXT) WHERE m.id IS NULL OR m.on_hand <> r.units"
        " OR m.damaged <> r.damaged OR m.sku_id <> l.sku_id OR m.location_id <> p.location_id OR l.purchase_order_id <> p.id"
        " OR m.cause IS NULL OR m.cause <> 'purchase_order:' || CAST(p.id AS TEXT)",
    ),
)  # fmt: skip
