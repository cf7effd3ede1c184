"""What a channel may sell: locations, buffers, and backorders up to a cap."""

import concurrent.futures

import flask
import pytest
import sqlalchemy as sa

from dashboard.channels.actions import place_order
from dashboard.fulfilment.backorders import allocate_order
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import AllocateOrder, CancelOrder
from dashboard.inventory import sellable
from dashboard.inventory.hold_commands import HoldStock
from dashboard.inventory.holds import hold_stock
from dashboard.inventory.rules import Shelf
from dashboard.inventory.sellable import Limits
from dashboard.inventory.selling import set_channel_rule, set_selling
from dashboard.inventory.selling_commands import SetChannelRule, SetSelling
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid, NotFound
from tests.factories import command, do, line_rows, one, place, refused, shop, stock
from tests.invariants import assert_whole

NOBODY = ("default", None, {})


def rule(channel="web", **values):
    return do(set_channel_rule, SetChannelRule(channel, **values))


def backorder(code, policy, cap=None, base=NOBODY):
    return do(set_selling, SetSelling(code, policy, cap, {}, base))


def sells(channel, code):
    sku = one("SELECT id FROM sku WHERE code = :code", code=code)
    with db.db.engine.connect() as connection:
        return sellable.of_channel(connection, channel, [sku])[sku]


def given(placed):
    """{location: units} of the order."""
    rows = (
        "SELECT l.code, a.units FROM allocation a JOIN location l ON l.id = a.location_id WHERE a.order_id = :id ORDER BY l.code"
    )
    with db.db.engine.connect() as connection:
        return dict(connection.execute(sa.text(rows), {"id": placed.id}).all())


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        (Limits(), [(1, 5), (2, 3)]),
        (Limits(2), [(1, 5), (2, 1)]),
        (Limits(4), [(1, 4), (2, 0)]),
        (Limits(9), [(1, 0), (2, 0)]),
        (Limits(1, frozenset({1})), [(1, 4)]),
        (Limits(1, frozenset(), {7: 0}), [(1, 5), (2, 3)]),
        (Limits(0, frozenset({3})), []),
    ],
)
def test_the_worst_location_keeps_the_buffer(limits: Limits, left: Shelf):
    assert limits.shelf(7, [(1, 5), (2, 3)]) == left


def test_a_shop_without_rules_sells_everything_to_everybody(any_app):
    shop(north_A=2, south_A=1)

    assert sells("web", "A") == (3, 0)
    assert place(("A", 3)).created
    assert sells("web", "A") == (0, 0)


def test_a_channel_sells_from_its_own_locations_and_leaves_its_buffer(any_app):
    shop(north_A=4, south_A=9)
    rule("web", locations=("north",), buffer=1)

    assert (sells("web", "A").total, sells("shop", "A").total) == (3, 13)
    refused(InsufficientStock, place_order, command(("A", 4)), short=[{"sku": "A", "wanted": 4, "available": 3}])
    refused(InsufficientStock, hold_stock, HoldStock("web", (("A", 4),), 5))
    assert given(place(("A", 3))) == {"north": 3}
    assert place(("A", 10), channel="shop").created
    assert_whole()


def test_a_buffer_of_one_sku_stands_in_for_the_channels(any_app):
    shop(north_A=4, north_B=4)
    rule("web", buffer=3, buffers={"b": 0})

    assert (sells("web", "A").total, sells("web", "B").total) == (1, 4)


def test_what_a_channel_has_sold_is_not_held_back(any_app):
    shop(north_A=2)
    rule("amazon", buffer=2)

    placed = place(("A", 2), channel="amazon", sold=True)
    assert given(placed) == {"north": 2}


def test_a_bad_rule_names_every_field_and_changes_nothing(any_app):
    shop(north_A=1)
    bad = SetChannelRule("web", ("moon",), -1, {"NOPE": 1, "A": 2**31})

    fields = refused(Invalid, set_channel_rule, bad).facts["fields"]
    assert set(fields) == {"locations.0", "buffer", "buffers.NOPE", "buffers.A"}
    assert "channel" in refused(Invalid, set_channel_rule, SetChannelRule("")).facts["fields"]


def test_two_who_change_a_rule_meet(any_app):
    shop(north_A=1)
    assert rule("web", buffer=1) == 1
    rule("web", buffer=2, version=1)
    refused(Conflict, set_channel_rule, SetChannelRule("web", version=1), version=2)


def test_backorders_stop_at_the_cap_and_count_down_again(any_app):
    shop(north_A=1)
    backorder("A", "allowed", 3)
    assert sells("web", "A") == (1, 3)

    placed = place(("A", 3), on_shortage="backorder")
    assert sells("web", "A") == (0, 1)
    refused(InsufficientStock, place_order, command(("A", 2), on_shortage="backorder"), short=[
        {"sku": "A", "wanted": 2, "available": 0, "backorder": 1}])  # fmt: skip
    waits = place(("A", 1), on_shortage="backorder")
    assert sells("web", "A").total == 0
    stock(north_A=2)
    do(allocate_order, AllocateOrder(placed.id))
    assert (line_rows(placed.id)[0].backordered, sells("web", "A")) == (0, (0, 2))
    do(cancel_order, CancelOrder(waits.id, "customer"))
    assert sells("web", "A") == (0, 3)
    assert_whole()


def test_a_cap_set_later_knows_what_waits_already(any_app):
    shop(north_A=0)
    place(("A", 5), on_shortage="backorder")
    backorder("A", "allowed", 6)

    assert sells("web", "A") == (0, 1)
    refused(InsufficientStock, place_order, command(("A", 2), on_shortage="backorder"))
    assert_whole()


def test_a_sku_without_allowance_is_not_backordered_but_what_is_sold_is(any_app):
    shop(north_A=0, north_B=1)
    backorder("A", "refused")

    found = refused(InsufficientStock, place_order, command(("B", 1), ("A", 1), on_shortage="backorder"))
    assert found.facts["short"] == [{"sku": "A", "wanted": 1, "available": 0, "backorder": 0}]
    sold = place(("A", 4), sold=True)
    assert line_rows(sold.id)[0].backordered == 4
    assert_whole()


def test_any_number_may_wait_where_there_is_no_cap(any_app):
    shop(north_A=0)
    backorder("A", "allowed")

    assert place(("A", 1000), on_shortage="backorder").created
    assert sells("web", "A") == (0, None)


@pytest.mark.parametrize("decided", [False, True])
def test_sixteen_orders_at_once_backorder_exactly_the_cap(any_app, decided):
    shop(north_A=0)
    if decided:
        place(("A", 1), on_shortage="backorder")
    backorder("A", "allowed", 10)
    app = flask.current_app._get_current_object()

    def buy(_):
        with app.app_context():
            try:
                return place(("A", 1), on_shortage="backorder").created
            except InsufficientStock:
                return False

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(buy, range(16))) == 10 - decided

    assert one("SELECT sum(backordered) FROM order_line") == 10
    assert_whole()


def test_who_sells_what_is_changed_by_one_person_at_a_time(any_app):
    shop(north_A=0)
    first = SetSelling("A", "allowed", 5, {"web": 2}, ("default", None, {"web": None}))
    assert do(set_selling, first)
    assert not do(set_selling, first)
    refused(Conflict, set_selling, SetSelling("A", "refused", None, {"web": 2}, ("default", None, {"web": None})))
    refused(NotFound, set_selling, SetSelling("NOPE", "refused", None, {}, NOBODY))
    bad = SetSelling("A", "perhaps", -1, {"web": -1}, NOBODY)
    assert set(refused(Invalid, set_selling, bad).facts["fields"]) == {"policy", "cap", "buffer-web"}
    assert one("SELECT units FROM channel_buffer") == 2
    assert do(set_selling, SetSelling("A", "allowed", 5, {"web": None}, ("allowed", 5, {"web": 2})))
    assert one("SELECT count(*) FROM channel_buffer") == 0
