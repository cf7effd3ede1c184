"""Which SKUs are low and which are out, as one SQL text: for the triggers that keep sku_level and the check that proves it."""

AVAILABLE = "{row}.on_hand - {row}.allocated - {row}.held - {row}.damaged - {row}.quarantine"
IS_LOW = "{row}.reorder_point > 0 AND {row}.reorder_point >= " + AVAILABLE
_OF_BALANCE = AVAILABLE.format(row="b")


def levels(where: str = "") -> str:
    """A query of (SKU id, level, code). where: narrows it down, for example AND b.sku_id = 1."""
    return (
        f"SELECT s.id, CASE WHEN sum({_OF_BALANCE}) <= 0 THEN 'out' ELSE 'low' END, s.code FROM stock_balance b"
        f" JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id WHERE l.active {where} GROUP BY s.id, s.code"
        f" HAVING sum({_OF_BALANCE}) <= 0 OR max(CASE WHEN {IS_LOW.format(row='b')} THEN 1 ELSE 0 END) = 1"
    )
