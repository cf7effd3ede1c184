"""The invariants of the stored data as SQL, independent of the product's own check: each query names what breaks it."""

from tests.checking import assert_clean
from tests.factories import read

BROKEN = {
    "I1 the ledger explains every balance": """
        SELECT b.sku_id, b.location_id FROM stock_balance b LEFT JOIN (
          SELECT sku_id, location_id, sum(on_hand) h, sum(allocated) a, sum(held) e, sum(damaged) d, sum(quarantine) q
          FROM stock_movement GROUP BY sku_id, location_id) m ON m.sku_id = b.sku_id AND m.location_id = b.location_id
        WHERE b.on_hand <> coalesce(m.h, 0) OR b.allocated <> coalesce(m.a, 0) OR b.held <> coalesce(m.e, 0)
          OR b.damaged <> coalesce(m.d, 0) OR b.quarantine <> coalesce(m.q, 0)""",
    "I2 allocated is the sum of open allocations": """
        SELECT b.sku_id, b.location_id FROM stock_balance b WHERE b.allocated <> coalesce((SELECT sum(a.units) FROM allocation a
          WHERE a.sku_id = b.sku_id AND a.location_id = b.location_id), 0)""",
    "I3 nothing is sold twice": "SELECT id FROM stock_balance WHERE on_hand - allocated - held - damaged - quarantine < 0",
    "I4 totals add up": """
        SELECT o.id FROM orders o WHERE o.total <> o.lines_total + o.tax + o.shipping - o.discount
          OR o.lines_total <> coalesce((SELECT sum(total) FROM order_line l WHERE l.order_id = o.id), 0)
          OR o.line_count <> (SELECT count(*) FROM order_line l WHERE l.order_id = o.id)
          OR o.unit_count <> coalesce((SELECT sum(ordered) FROM order_line l WHERE l.order_id = o.id), 0)""",
    "I5 payments are the sum of their ledger": """
        SELECT p.id FROM payment p LEFT JOIN (
          SELECT payment_id, sum(CASE kind WHEN 'authorization' THEN amount ELSE 0 END) a,
            sum(CASE kind WHEN 'capture' THEN amount ELSE 0 END) c,
            sum(CASE kind WHEN 'refund' THEN amount ELSE 0 END) r, sum(CASE kind WHEN 'void' THEN amount ELSE 0 END) v
          FROM payment_transaction GROUP BY payment_id) t ON t.payment_id = p.id
        WHERE NOT (0 <= p.refunded AND p.refunded <= p.captured AND p.captured + p.voided <= p.authorized)
          OR p.authorized <> coalesce(t.a, 0) OR p.captured <> coalesce(t.c, 0)
          OR p.refunded <> coalesce(t.r, 0) OR p.voided <> coalesce(t.v, 0)""",
    "I5 orders know what their payments sum to": """
        SELECT o.id FROM orders o WHERE o.authorized <> coalesce((SELECT sum(p.authorized) FROM payment p WHERE p.order_id = o.id), 0)
          OR o.captured <> coalesce((SELECT sum(p.captured) FROM payment p WHERE p.order_id = o.id), 0)
          OR o.refunded <> coalesce((SELECT sum(p.refunded) FROM payment p WHERE p.order_id = o.id), 0)
          OR o.voided <> coalesce((SELECT sum(p.voided) FROM payment p WHERE p.order_id = o.id), 0)""",
    "I6 units are conserved": """
        SELECT id FROM order_line WHERE ordered <> cancelled + backordered + allocated + picked + packed + shipped
          OR delivered > shipped OR returned > shipped""",
    "I6 what a line has in the warehouse is tied to stock": """
        SELECT l.id FROM order_line l JOIN sku s ON s.id = l.sku_id AND s.kind = 'stock'
        WHERE l.allocated + l.picked + l.packed <> coalesce((SELECT sum(a.units) FROM allocation a WHERE a.order_line_id = l.id), 0)""",
    "I13 every order has a payment record and is accounted for": """
        SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id)""",
    "facets equal a recount": """
        SELECT f.view, sum(f.count) FROM order_facet f GROUP BY f.view HAVING sum(f.count) <>
          (SELECT count(*) FROM orders o WHERE ' ' || o.views || ' ' LIKE '% ' || f.view || ' %')""",
    "views are counted": """
        SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_facet f WHERE f.view = 'all' AND f.count > 0)""",
    "open holds are counted": """
        SELECT o.id FROM orders o WHERE o.open_holds <>
          (SELECT count(*) FROM order_hold h WHERE h.order_id = o.id AND h.released_at IS NULL)""",
    "open returns are counted": """
        SELECT o.id FROM orders o WHERE o.open_returns <>
          (SELECT count(*) FROM return_ r WHERE r.order_id = o.id AND r.status IN ('approved', 'in_transit'))""",
}


def broken() -> dict[str, list]:
    """{invariant: offending rows} of those that do not hold."""
    return {name: rows for name, sql in BROKEN.items() if (rows := read(sql))}


def assert_whole() -> None:
    """What this module says and what `flask check` says: nothing is broken."""
    found = broken()
    assert not found, found
    assert_clean()
