"""What a transfer brings goes to the orders that wait for it."""

from dashboard.fulfilment.reactions import MORE_STOCK, fill_waiting_orders
from dashboard.kernel import db
from dashboard.kernel.outbox import after
from tests.factories import NOW, one, place, shop
from tests.invariants import assert_whole
from tests.transfers.acting import receive, sent, shelf


def test_units_that_arrive_fill_a_backorder(app):
    shop(north_A=5, south_A=0)
    number = sent(("A", 4))
    place(("A", 3), on_shortage="backorder")
    assert one("SELECT backordered FROM order_line") == 2

    receive(number, ("A", 3, 1))
    with db.db.engine.connect() as connection:
        arrived = [event for event in after(connection, 0, 1000) if event.type == "StockChanged"][-1]
    assert arrived.data["kind"] in MORE_STOCK
    db.database().write(lambda tx: fill_waiting_orders(tx, arrived, NOW))

    assert one("SELECT backordered FROM order_line") == 0
    assert shelf("A", "south") == (4, 2, 1)
    assert_whole()
