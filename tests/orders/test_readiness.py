"""Ready to ship now: an order's colour follows each receipt and cancellation by itself, in every place that shows it."""

import pytest

from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, FillBackorders
from dashboard.insights import board
from dashboard.orders import store
from tests.acting import act_as
from tests.checking import assert_clean
from tests.factories import do, one, order_row, place, shop, skus, stock
from tests.pages import open_page


def three():
    """An order that is all there, one of which 3 of 5 units are, and one that nothing is there for."""
    shop(NORTH_A=4, NORTH_B=0)
    return [place((sku, units), on_shortage="backorder").id for sku, units in (("A", 1), ("A", 5), ("B", 2))]


def receive(sku, units):
    stock(**{f"NORTH_{sku}": units})
    do(fill_backorders, FillBackorders(one("SELECT id FROM sku WHERE code = :code", code=sku)))


def colours(ids):
    return [order_row(id_).readiness for id_ in ids]


def counted():
    store.refresh()
    connection = store.reader()
    return [count for _, _, count in board.ready_now(connection, board.of_location(connection, None))]


def test_the_colour_follows_what_is_received_and_cancelled(any_app):
    ids = three()
    assert colours(ids) == ["ready", "part", "none"]
    assert counted() == [1, 1, 1]

    receive("B", 1)
    assert colours(ids) == ["ready", "part", "part"]

    receive("A", 2)
    do(cancel_order, CancelOrder(ids[0], "customer"))
    assert colours(ids) == [None, "ready", "part"]
    assert counted() == [1, 1, 0]
    assert_clean()


def test_a_service_beside_goods_that_are_not_there_makes_nothing_ready(any_app):
    shop(NORTH_A=1)
    skus("FEE", kind="service")
    short, whole = (place(("A", units), ("FEE", 1), on_shortage="backorder").id for units in (1, 2))

    assert colours([short, whole]) == ["ready", "none"]
    receive("A", 1)
    assert colours([short, whole]) == ["ready", "part"]
    assert_clean()


def test_what_nobody_can_send_yet_counts_at_every_location(any_app):
    three()
    connection = store.reader()

    south = [count for _, _, count in board.ready_now(connection, board.of_location(connection, "NORTH"))]

    assert south == [1, 1, 1]


@pytest.mark.parametrize(("word", "shown"), [("ready", "Ready"), ("part", "Part ready"), ("none", "Not ready")])
def test_the_list_is_narrowed_to_a_colour_and_says_it_in_words(app, client, word, shown):
    ids = three()
    act_as(app)

    page = open_page(client, f"/orders?readiness={word}&sort=ship_by")

    rows = [row for row in page.root.all("tr") if row.attributes.get("id", "").startswith("order-")]
    assert [row.attributes["id"] for row in rows] == [f"order-{ids[('ready', 'part', 'none').index(word)]}"]
    assert shown in rows[0].text
    assert f"Ready to ship {shown}" in page.root.all("li", class_="chip")[0].text
    assert shown in open_page(client, f"/orders/{order_row(ids[('ready', 'part', 'none').index(word)]).number}").get(
        f"order-head-{ids[('ready', 'part', 'none').index(word)]}"
    ).text
