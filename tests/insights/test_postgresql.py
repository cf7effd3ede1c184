"""The same figures from PostgreSQL."""

from dashboard.insights import board, failing
from dashboard.insights.rules import KPIS
from dashboard.kernel.db import db as session_db
from tests.insights.conftest import NOW, D, H, Shop


def test_every_kpi_is_measured_alike(pg_app):
    shop = Shop()
    for hours in (1, 5, 30):
        shop.shipped(NOW - H / 2, took=hours * H, ship_by=NOW - H)
    shop.shipped(NOW - 8 * D, pack_errors=1)
    held = shop.shipped(NOW - 29 * D)
    shop.hold(held, NOW - 30 * D, NOW - 29 * D)
    shop.order("to_pick", ready_at=NOW - 5 * H, ship_by=NOW - H, work="allocated")
    waits = shop.order("out_of_stock", ship_by=NOW + H)
    sku = shop.sku("A", north=(0, 0, 3))
    shop.backordered(waits, sku)
    shop.moved(sku, shop.north, NOW - H / 2, -4)
    shop.exception(NOW - H, order_id=waits)
    session_db.session.remove()
    read = session_db.session.connection()

    found = {}
    for code in (None, "N"):
        within = board.of_location(read, code)
        found[code] = {tile.key: tile for tile in board.tiles(read, NOW, within)}
        pages = {key: failing.page(read, key, NOW, within, None, 50) for key in KPIS}

    assert {key: tile.measure.numerator for key, tile in found[None].items()} == {
        "order_accuracy": 4,
        "processing_time": 3,
        "fulfilment_rate": 3,
        "backlog": 1,
        "at_risk": 2,
        "shipped_per_hour": 3,
        "stock_risk": 1,
        "exceptions": 1,
    }
    assert found[None]["processing_time"].measure.value == 5.0
    assert found[None]["stock_risk"].points[-2:] == (0.0, 1)
    assert {key: tile.measure.numerator for key, tile in found["N"].items()} == {
        key: tile.measure.numerator for key, tile in found[None].items()
    }
    assert [row.why for row in pages["order_accuracy"][0]] == ["1 item wrong when packed"]
    assert [row.why for row in pages["stock_risk"][0]] == ["1 unit backordered"]
