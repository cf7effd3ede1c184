"""The SKUs that the matrix lists as low or out are what their balances say."""

from dashboard.check.condition import by_sql
from dashboard.inventory.level_text import levels

_LISTED = "SELECT sku_id, level, code FROM sku_level"

CONDITIONS = (
    by_sql(
        "levels_current", "I14", "the SKUs listed as low and out are those whose balances at locations in use are",
        f"SELECT * FROM ({_LISTED} EXCEPT {levels()}) listed UNION ALL SELECT * FROM ({levels()} EXCEPT {_LISTED}) missing",
    ),
)  # fmt: skip
