"""A moved promise reaches the order, the list, the customer and the stock page of its SKU while they are open."""

from dashboard.kernel import clock, db, outbox
from dashboard.live.pushes import rooms_of
from dashboard.orders.store import refresh
from dashboard.web.livepage import Changes, parse, payload_for
from tests.accounts.helpers import sign_in
from tests.factories import one
from tests.pages import Page, open_page
from tests.promises.helpers import comes, log_end, moves, react
from tests.promises.test_pages import ahead, wait_for
from tests.purchasing.helpers import supplier
from tests.shop import open_shop


def _pushed(app, room, **changes):
    refresh()
    with app.test_request_context("/"):
        return payload_for(Changes(parse(room), **changes))


def test_open_screens_follow_a_delivery_that_is_put_off(app):
    open_shop({"A-1": {"N": 0}})
    supplier()
    order = wait_for("A-1", 2)
    number = comes(ahead(14), ("A-1", 3), location="N")
    react(now=clock.now())
    client = app.test_client()
    sign_in(client)
    sku_id = one("SELECT id FROM sku")
    part = f"stock-waiters-{sku_id}"
    before = open_page(client, "/stock/A-1").get(part)

    seq = log_end()
    moves(number, ahead(28))
    react(seq, clock.now())

    with db.db.engine.connect() as connection:
        event = next(found for found in outbox.of_order(connection, order.id) if found.type == "PromiseChanged")
    rooms = {room.name for room in rooms_of(event)}
    assert {"orders:full", f"order:{order.id}:full", f"order:{order.id}:plain", f"t:{order.id}", f"sku:{sku_id}"} <= rooms
    (row,) = [row for row in _pushed(app, f"sku:{sku_id}").rows if row.k == part]
    assert row.v > int(before.attributes["data-v"])
    assert Page(row.html).get(part).text == open_page(client, "/stock/A-1").get(part).text != before.text
    (listed,) = _pushed(app, "orders:full", orders=frozenset({order.id})).rows
    assert listed.v == event.version and "Moved" in listed.html
    lines = next(row for row in _pushed(app, f"order:{order.id}:full", orders=frozenset({order.id})).rows if "lines" in row.k)
    assert f"from {number}" in lines.html


def test_the_stock_page_hears_of_what_is_ordered_put_off_and_received(app):
    open_shop({"A-1": {"N": 0}})
    supplier()
    client = app.test_client()
    sign_in(client)
    sku_id = one("SELECT id FROM sku")
    part, room = f"stock-incoming-{sku_id}", f"sku:{sku_id}"
    before = open_page(client, "/stock/A-1").get(part)

    seq = log_end()
    moves(comes(ahead(14), ("A-1", 3), location="N"), ahead(28))

    with db.db.engine.connect() as connection:
        events = [event for event in outbox.after(connection, seq, 50) if event.entity == "purchase_order"]
    heard = [event.type for event in events if room in {one.name for one in rooms_of(event)}]
    assert heard == ["PurchasePlaced", "PurchaseRescheduled"]
    (found,) = _pushed(app, room, events=tuple(events)).ids
    assert found.k == part and found.v > int(before.attributes["data-v"])
    assert "3" in open_page(client, "/stock/A-1").get(part).text
