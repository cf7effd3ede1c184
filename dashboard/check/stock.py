"""I1 to I3: the ledger explains every balance, allocations explain every allocated unit, nothing is sold twice."""

from dashboard.check.condition import by_sql

BUCKETS = ("on_hand", "allocated", "held", "damaged", "quarantine")
_SUMS = ", ".join(f"sum({bucket}) AS {bucket}" for bucket in BUCKETS)
_MINUS = ", ".join(f"-{bucket}" for bucket in BUCKETS)
_NOT_ZERO = " OR ".join(f"sum({bucket}) <> 0" for bucket in BUCKETS)
_STOCK_LINES = "order_line l JOIN sku s ON s.id = l.sku_id AND s.kind = 'stock'"

CONDITIONS = (
    by_sql(
        "ledger_sum", "I1", "the movements of a SKU at a location sum up to its balance, bucket by bucket (differences shown)",
        f"SELECT sku_id, location_id, {_SUMS} FROM"
        f" (SELECT sku_id, location_id, {', '.join(BUCKETS)} FROM stock_balance"
        f" UNION ALL SELECT sku_id, location_id, {_MINUS} FROM stock_movement) moved"
        f" GROUP BY sku_id, location_id HAVING {_NOT_ZERO}",
    ),
    by_sql(
        "ledger_running", "I1",
        "each movement's balance after it is the sum of the movements up to it (of a repaired place: from its last repair on)",
        "SELECT id, sku_id, location_id, on_hand_after, on_hand_sum, allocated_after, allocated_sum FROM (SELECT id, sku_id, location_id,"
        " on_hand_after, sum(on_hand) OVER place AS on_hand_sum, allocated_after, sum(allocated) OVER place AS allocated_sum,"
        " max(CASE WHEN reason = 'repair' THEN id ELSE 0 END) OVER (PARTITION BY sku_id, location_id) AS repaired"
        " FROM stock_movement WINDOW place AS (PARTITION BY sku_id, location_id ORDER BY id)) running"
        " WHERE id >= repaired AND (on_hand_after <> on_hand_sum OR allocated_after <> allocated_sum)",
    ),
    by_sql(
        "ledger_versions", "I11", "each change of a balance has one movement: version - 1 = movements",
        "SELECT b.sku_id, b.location_id, b.version, count(m.id) AS movements FROM stock_balance b"
        " LEFT JOIN stock_movement m ON m.sku_id = b.sku_id AND m.location_id = b.location_id"
        " GROUP BY b.id, b.sku_id, b.location_id, b.version HAVING b.version - 1 <> count(m.id)",
    ),
    by_sql(
        "movement_once", "I8", "one natural key moves stock once",
        "SELECT key, count(*) AS movements FROM stock_movement WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1",
    ),
    by_sql(
        "allocated_sum", "I2", "allocated = sum of the open allocations of the SKU at the location",
        "SELECT sku_id, location_id, sum(stored) AS stored, sum(tied) AS tied FROM"
        " (SELECT sku_id, location_id, allocated AS stored, 0 AS tied FROM stock_balance"
        " UNION ALL SELECT sku_id, location_id, 0, units FROM allocation) both_sides"
        " GROUP BY sku_id, location_id HAVING sum(stored) <> sum(tied)",
    ),
    by_sql(
        "held_sum", "I2", "held = sum of the open holds of the SKU at the location",
        "SELECT sku_id, location_id, sum(stored) AS stored, sum(kept) AS kept FROM"
        " (SELECT sku_id, location_id, held AS stored, 0 AS kept FROM stock_balance"
        " UNION ALL SELECT l.sku_id, l.location_id, 0, l.units FROM stock_hold_line l JOIN stock_hold h ON h.id = l.hold_id"
        " WHERE h.state = 'held') both_sides GROUP BY sku_id, location_id HAVING sum(stored) <> sum(kept)",
    ),
    by_sql(
        "hold_has_lines", "I13", "every stock hold keeps something, and says which order used it if one did",
        "SELECT h.id, h.state, h.order_id FROM stock_hold h WHERE NOT EXISTS (SELECT 1 FROM stock_hold_line l WHERE l.hold_id = h.id)"
        " OR (h.state = 'used') <> (h.order_id IS NOT NULL)",
    ),
    by_sql(
        "waiting_counted", "I6", "the units of a SKU that wait are those its order lines count as backordered",
        "SELECT sku_id, sum(stored) AS stored, sum(waiting) AS waiting FROM"
        " (SELECT sku_id, open_units AS stored, 0 AS waiting FROM sku_backorder"
        " UNION ALL SELECT sku_id, 0, backordered FROM order_line WHERE backordered > 0 AND sku_id IS NOT NULL) both_sides"
        " GROUP BY sku_id HAVING sum(stored) <> sum(waiting)",
    ),
    by_sql(
        "not_oversold", "I3", "on hand and available are 0 or more, and no bucket is negative",
        "SELECT sku_id, location_id, on_hand, allocated, held, damaged, quarantine FROM stock_balance WHERE on_hand < 0 OR allocated < 0"
        " OR held < 0 OR damaged < 0 OR quarantine < 0 OR on_hand - allocated - held - damaged - quarantine < 0",
    ),
    by_sql(
        "allocation_of_line", "I3", "the units tied to an order line are those it counts as allocated, picked or packed",
        f"SELECT l.id AS order_line_id, l.order_id, l.allocated, l.picked, l.packed, coalesce(a.units, 0) AS tied FROM {_STOCK_LINES}"
        " LEFT JOIN (SELECT order_line_id, sum(units) AS units FROM allocation GROUP BY order_line_id) a ON a.order_line_id = l.id"
        " WHERE l.allocated + l.picked + l.packed <> coalesce(a.units, 0)",
    ),
    by_sql(
        "allocation_orphan", "I13", "every allocation belongs to a line of its own order and of its SKU, or of a kit with it",
        "SELECT a.id, a.order_line_id, a.order_id, a.sku_id FROM allocation a LEFT JOIN order_line l ON l.id = a.order_line_id"
        " LEFT JOIN order_line_part p ON p.order_line_id = a.order_line_id AND p.sku_id = a.sku_id WHERE l.id IS NULL"
        " OR l.order_id <> a.order_id OR l.sku_id IS NULL OR (l.sku_id <> a.sku_id AND p.sku_id IS NULL)",
    ),
)  # fmt: skip
