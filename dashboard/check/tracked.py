"""Lots and serial numbers say of every unit on hand what it is, and their own ledgers explain them."""

from dashboard.check.condition import by_sql

CONDITIONS = (
    by_sql(
        "lots_on_hand", "I1", "of a SKU that is kept by lot, the lots at a location have exactly its on hand there",
        "SELECT sku_id, location_id, sum(on_hand) AS on_hand, sum(in_lots) AS in_lots FROM"
        " (SELECT b.sku_id, b.location_id, b.on_hand, 0 AS in_lots FROM stock_balance b JOIN sku s ON s.id = b.sku_id"
        " WHERE s.tracks = 'lots'"
        " UNION ALL SELECT sku_id, location_id, 0, units FROM lot_stock) both_sides"
        " GROUP BY sku_id, location_id HAVING sum(on_hand) <> sum(in_lots)",
    ),
    by_sql(
        "lot_ledger", "I1", "the movements of a lot at a location sum up to its units and to what is set aside there",
        "SELECT lot_id, location_id, sum(units) AS units, sum(set_aside) AS set_aside FROM"
        " (SELECT lot_id, location_id, units, set_aside FROM lot_stock"
        " UNION ALL SELECT lot_id, location_id, -units, -set_aside FROM lot_movement) moved"
        " GROUP BY lot_id, location_id HAVING sum(units) <> 0 OR sum(set_aside) <> 0",
    ),
    by_sql(
        "lot_picked", "I2", "the picked units of a lot at a location are those that fulfilment lines took and have not shipped",
        "SELECT lot_id, location_id, sum(stored) AS stored, sum(taken) AS taken FROM"
        " (SELECT lot_id, location_id, picked AS stored, 0 AS taken FROM lot_stock"
        " UNION ALL SELECT lot_id, location_id, 0, units FROM lot_pick WHERE shipped_at IS NULL) both_sides"
        " GROUP BY lot_id, location_id HAVING sum(stored) <> sum(taken)",
    ),
    by_sql(
        "lot_set_aside", "I3", "expired units that were set aside are in quarantine",
        "SELECT b.sku_id, b.location_id, b.quarantine, sum(l.set_aside) AS set_aside FROM lot_stock l"
        " JOIN stock_balance b ON b.sku_id = l.sku_id AND b.location_id = l.location_id"
        " GROUP BY b.sku_id, b.location_id, b.quarantine HAVING sum(l.set_aside) > b.quarantine",
    ),
    by_sql(
        "lot_pick_of_line", "I6", "no fulfilment line has more units from lots than were picked for it",
        "SELECT p.fulfilment_line_id, f.picked, sum(p.units) AS from_lots FROM lot_pick p"
        " LEFT JOIN fulfilment_line f ON f.id = p.fulfilment_line_id GROUP BY p.fulfilment_line_id, f.picked"
        " HAVING f.picked IS NULL OR sum(p.units) > f.picked",
    ),
    by_sql(
        "serials_on_hand", "I1", "of a SKU with serial numbers, those in stock at a location are exactly its on hand there",
        "SELECT sku_id, location_id, sum(on_hand) AS on_hand, sum(numbered) AS numbered FROM"
        " (SELECT b.sku_id, b.location_id, b.on_hand, 0 AS numbered FROM stock_balance b JOIN sku s ON s.id = b.sku_id"
        " WHERE s.tracks = 'serials'"
        " UNION ALL SELECT sku_id, location_id, 0, 1 FROM serial WHERE location_id IS NOT NULL) both_sides"
        " GROUP BY sku_id, location_id HAVING sum(on_hand) <> sum(numbered)",
    ),
    by_sql(
        "serial_life", "I1", "a serial number is where the last step of its life says",
        "SELECT s.id, s.code, s.state, m.state AS last_state FROM serial s LEFT JOIN serial_movement m"
        " ON m.id = (SELECT max(id) FROM serial_movement WHERE serial_id = s.id)"
        " WHERE m.id IS NULL OR m.state <> s.state OR coalesce(m.location_id, 0) <> coalesce(s.location_id, 0)",
    ),
    by_sql(
        "serial_picked", "I6", "a fulfilment line with serial numbers has one for each picked unit that has not been returned",
        "SELECT f.id, f.picked, count(s.id) AS numbered FROM serial s JOIN fulfilment_line f ON f.id = s.fulfilment_line_id"
        " WHERE s.state = 'picked' GROUP BY f.id, f.picked HAVING count(s.id) <> f.picked",
    ),
)  # fmt: skip
