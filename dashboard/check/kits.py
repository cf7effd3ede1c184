"""I3, I6: a kit is its parts: it has no stock of its own, its lines count whole kits, and they lie together."""

from dashboard.check.condition import by_sql

_RECIPES = (
    "SELECT order_line_id, min(sku_id) AS first, count(*) AS parts FROM order_line_part GROUP BY order_line_id"
)
_TIED = "SELECT order_line_id, sku_id, sum(units) AS units FROM allocation GROUP BY order_line_id, sku_id"


def _apart(table: str, place: str) -> str:
    """Lines of kits whose parts at one place are not those of the same number of whole kits."""
    return (
        f"SELECT t.order_line_id, t.{place}, min(t.units / p.units) AS least, max(t.units / p.units) AS most FROM {table} t"
        f" JOIN order_line_part p ON p.order_line_id = t.order_line_id AND p.sku_id = t.sku_id JOIN ({_RECIPES}) r"
        f" ON r.order_line_id = t.order_line_id GROUP BY t.order_line_id, t.{place}, r.parts"
        " HAVING min(t.units / p.units) <> max(t.units / p.units) OR sum(t.units % p.units) <> 0 OR count(*) <> r.parts"
    )


CONDITIONS = (
    by_sql(
        "kit_recipe", "I13", "every kit has parts, only kits have parts, and all of them are stock items",
        "SELECT s.id, s.code, s.kind, p.code AS part, p.kind AS part_kind FROM sku s LEFT JOIN kit_component c ON c.kit_id = s.id"
        " LEFT JOIN sku p ON p.id = c.part_id WHERE (s.kind = 'kit') <> (c.kit_id IS NOT NULL)"
        " OR (c.kit_id IS NOT NULL AND p.kind <> 'stock')",
    ),
    by_sql(
        "kit_stock", "I2", "a kit has no balance and no movement: its parts have them",
        "SELECT s.id, s.code, b.location_id FROM sku s JOIN stock_balance b ON b.sku_id = s.id WHERE s.kind = 'kit'"
        " UNION ALL SELECT s.id, s.code, m.location_id FROM sku s JOIN stock_movement m ON m.sku_id = s.id WHERE s.kind = 'kit'",
    ),
    by_sql(
        "kit_line", "I13", "every order line of a kit keeps what it was made of, and no other line does",
        "SELECT l.id, l.order_id, l.sku_code, s.kind FROM order_line l JOIN sku s ON s.id = l.sku_id"
        f" LEFT JOIN ({_RECIPES}) r ON r.order_line_id = l.id WHERE (s.kind = 'kit') <> (r.order_line_id IS NOT NULL)",
    ),
    by_sql(
        "kit_tied", "I3", "the parts tied to a kit's line are those of the kits it counts as allocated, picked or packed",
        "SELECT l.id, l.order_id, p.sku_id, p.units, l.allocated, l.picked, l.packed, coalesce(a.units, 0) AS tied FROM order_line l"
        f" JOIN order_line_part p ON p.order_line_id = l.id LEFT JOIN ({_TIED}) a ON a.order_line_id = l.id AND a.sku_id = p.sku_id"
        " WHERE (l.allocated + l.picked + l.packed) * p.units <> coalesce(a.units, 0)",
    ),
    by_sql(
        "kit_together", "I3", "a location gives every part of a kit or none of it, in its allocations as in its work",
        f"SELECT * FROM ({_apart('allocation', 'location_id')}) a"
        f" UNION ALL SELECT * FROM ({_apart('fulfilment_line', 'fulfilment_order_id')}) f",
    ),
)  # fmt: skip
