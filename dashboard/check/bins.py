"""I1 and I3 inside a location: bins hold no more than is on hand, what cannot be picked is set aside, each bin's ledger sums up."""

from dashboard.check.condition import by_sql

_IN_BINS = (
    "SELECT s.sku_id, b.location_id, sum(s.units) AS in_bins, sum(CASE WHEN b.pickable THEN 0 ELSE s.units END) AS set_aside"
    " FROM bin_stock s JOIN bin b ON b.id = s.bin_id GROUP BY s.sku_id, b.location_id"
)
_BESIDE = "ON b.sku_id = h.sku_id AND b.location_id = h.location_id"

CONDITIONS = (
    by_sql(
        "bin_units", "I3", "the bins of a location hold no more of a SKU than is on hand there",
        f"SELECT h.sku_id, h.location_id, h.in_bins, coalesce(b.on_hand, 0) AS on_hand FROM ({_IN_BINS}) h"
        f" LEFT JOIN stock_balance b {_BESIDE} WHERE h.in_bins > coalesce(b.on_hand, 0)",
    ),
    by_sql(
        "bin_quarantine", "I3", "units in bins that are not picked from are in quarantine, so that nobody can be promised them",
        f"SELECT h.sku_id, h.location_id, h.set_aside, coalesce(b.quarantine, 0) AS quarantine FROM ({_IN_BINS}) h"
        f" LEFT JOIN stock_balance b {_BESIDE} WHERE h.set_aside > coalesce(b.quarantine, 0)",
    ),
    by_sql(
        "bin_ledger", "I1", "the movements of a SKU in a bin sum up to what lies there",
        "SELECT bin_id, sku_id, sum(stored) AS stored, sum(moved) AS moved FROM"
        " (SELECT bin_id, sku_id, units AS stored, 0 AS moved FROM bin_stock"
        " UNION ALL SELECT bin_id, sku_id, 0, units FROM bin_movement) both_sides"
        " GROUP BY bin_id, sku_id HAVING sum(stored) <> sum(moved)",
    ),
    by_sql(
        "bin_in_use", "I12", "nothing lies in a bin that is not in use",
        "SELECT b.id, b.code, s.sku_id, s.units FROM bin_stock s JOIN bin b ON b.id = s.bin_id WHERE s.units > 0 AND NOT b.active",
    ),
)  # fmt: skip
