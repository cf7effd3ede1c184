"""I1 and I8 for transfers: the ledger tells where their units are, no unit is on the way twice, every step is kept."""

from dashboard.check.condition import by_sql

_ID = "CASE WHEN cause LIKE 'transfer:%' THEN CAST(substr(cause, 10) AS BIGINT) END"
_MOVED = (
    "SELECT t.id AS transfer_id, m.sku_id,"
    " -sum(CASE WHEN m.kind = 'transferred_out' AND m.location_id = t.from_location_id THEN m.on_hand ELSE 0 END) AS gone,"
    " sum(CASE WHEN m.kind = 'transferred_in' AND m.location_id = t.to_location_id THEN m.on_hand ELSE 0 END) AS arrived,"
    " sum(CASE WHEN m.kind = 'transferred_in' AND m.location_id = t.to_location_id THEN m.damaged ELSE 0 END) AS broken,"
    " sum(CASE WHEN m.kind = 'transferred_in' AND m.location_id = t.from_location_id THEN m.on_hand ELSE 0 END) AS returned,"
    " sum(m.on_hand) AS net, sum(abs(m.allocated) + abs(m.held) + abs(m.quarantine)) AS others"
    f" FROM (SELECT stock_movement.*, {_ID} AS transfer_id FROM stock_movement WHERE cause LIKE 'transfer:%') m"
    " JOIN transfer t ON t.id = m.transfer_id GROUP BY t.id, m.sku_id"
)
_ON_THE_WAY = "l.sent - l.received - l.damaged - l.lost - l.returned"
_TOTALS = (
    f"SELECT t.id, t.number, t.status, sum(l.units) AS units, sum(l.sent) AS sent, min({_ON_THE_WAY}) AS least,"
    f" sum({_ON_THE_WAY}) AS in_transit FROM transfer t LEFT JOIN transfer_line l ON l.transfer_id = t.id"
    " GROUP BY t.id, t.number, t.status"
)

CONDITIONS = (
    by_sql(
        "transfer_ledger", "I1", "the movements of a transfer are what its lines say was sent, received, damaged and returned",
        "SELECT l.transfer_id, l.sku_id, l.sent, m.gone, l.received + l.damaged AS arrived, m.arrived AS arrived_ledger, l.damaged,"
        f" m.broken, l.returned, m.returned AS returned_ledger FROM transfer_line l LEFT JOIN ({_MOVED}) m"
        " ON m.transfer_id = l.transfer_id AND m.sku_id = l.sku_id"
        " WHERE l.sent <> coalesce(m.gone, 0) OR l.received + l.damaged <> coalesce(m.arrived, 0) OR l.damaged <> coalesce(m.broken, 0)"
        " OR l.returned <> coalesce(m.returned, 0) OR coalesce(m.others, 0) <> 0"
        " OR l.received + l.damaged + l.returned - l.sent <> coalesce(m.net, 0)"
        f" UNION ALL SELECT m.transfer_id, m.sku_id, 0, m.gone, 0, m.arrived, 0, m.broken, 0, m.returned FROM ({_MOVED}) m WHERE NOT EXISTS"
        " (SELECT 1 FROM transfer_line l WHERE l.transfer_id = m.transfer_id AND l.sku_id = m.sku_id)",
    ),
    by_sql(
        "transfer_in_transit", "I8", "nothing in transit is below 0, and a transfer's status is what its lines say",
        f"SELECT id, number, status, units, sent, in_transit FROM ({_TOTALS}) t WHERE units IS NULL OR least < 0"
        " OR (status = 'draft' AND sent <> 0) OR (status = 'in_transit' AND (sent <> units OR in_transit <> sent))"
        " OR (status = 'partially_received' AND (sent <> units OR in_transit = 0 OR in_transit = sent))"
        " OR (status = 'received' AND (sent <> units OR in_transit <> 0)) OR (status = 'cancelled' AND in_transit <> 0)",
    ),
    by_sql(
        "transfer_steps", "I11", "each version of a transfer is one step and one event",
        "SELECT t.id, t.number, t.version, coalesce(s.steps, 0) AS steps, coalesce(e.events, 0) AS events FROM transfer t"
        " LEFT JOIN (SELECT transfer_id, count(*) AS steps, max(version) AS last FROM transfer_step GROUP BY transfer_id) s"
        " ON s.transfer_id = t.id LEFT JOIN (SELECT CAST(entity_id AS BIGINT) AS id, count(*) AS events, max(version) AS last FROM event"
        " WHERE entity = 'transfer' GROUP BY entity_id) e ON e.id = t.id WHERE t.version <> coalesce(s.steps, 0)"
        " OR t.version <> coalesce(s.last, 0) OR t.version <> coalesce(e.events, 0) OR t.version <> coalesce(e.last, 0)",
    ),
)  # fmt: skip
