"""Ship what is there, or everything together; holds that end by themselves, and say why."""

import datetime as dt

import pytest

from dashboard.fulfilment.actions import release_work
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.commands import FillBackorders, ReleaseWork
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders.actions import due_holds, place_hold
from dashboard.orders.clearing_holds import release_cleared
from dashboard.orders.commands import Address, ChooseShipping, PlaceHold
from dashboard.orders.together import choose_shipping
from dashboard.payments.actions import authorize_payment
from dashboard.payments.commands import AuthorizePayment
from tests import factories
from tests.checking import assert_clean
from tests.factories import NOW, do, one, place, stock, work_of

BAD = Address("Ada", "1 High St", "", "Leeds", "", "12", "GB")


@pytest.fixture
def half(any_app) -> int:
    """An order of which one of two lines is there."""
    factories.shop(north_A=5, north_B=0)
    return place(("A", 1), ("B", 2), on_shortage="backorder").id


def test_an_order_ships_what_is_there_unless_it_was_chosen_to_wait(half):
    do(choose_shipping, ChooseShipping(half, "together"))
    factories.refused(Conflict, release_work, ReleaseWork(work_of(half)), waiting=2)
    assert factories.headlines(half)[3] == "out_of_stock"  # what it waits for is no release
    assert_clean()

    do(choose_shipping, ChooseShipping(half, "available"))
    assert factories.headlines(half)[3] == "to_pick"
    do(release_work, ReleaseWork(work_of(half)))

    assert factories.headlines(half)[3] in ("to_pick", "out_of_stock")
    kinds = [type_ for (type_,) in factories.read("SELECT type FROM event WHERE type = 'ShippingChosen' ORDER BY id")]
    assert kinds == ["ShippingChosen"] * 2
    assert_clean()


def test_together_goes_as_soon_as_everything_is_there(half):
    do(choose_shipping, ChooseShipping(half, "together"))
    stock(north_B=2)
    db.write(fill)
    assert factories.headlines(half)[3] == "to_pick"

    for (work_id,) in factories.read("SELECT id FROM fulfilment_order WHERE order_id = :id ORDER BY id", id=half):
        do(release_work, ReleaseWork(work_id))
    assert one("SELECT sum(backordered) FROM order_line WHERE order_id = :id", id=half) == 0


def fill(tx):
    sku_id = tx.connection.exec_driver_sql("SELECT id FROM sku WHERE code = 'B'").scalar()
    fill_backorders(tx, FillBackorders(sku_id), factories.MIA, NOW)


def test_choosing_again_changes_nothing_and_refusals_neither(half):
    do(choose_shipping, ChooseShipping(half, "together", 1))
    before = factories.dump()
    assert do(choose_shipping, ChooseShipping(half, "together")) == 2
    assert factories.dump() == before

    factories.refused(Invalid, choose_shipping, ChooseShipping(half, "soon"))
    factories.refused(NotFound, choose_shipping, ChooseShipping(99, "together"))
    factories.refused(Conflict, choose_shipping, ChooseShipping(half, "available", 1), seen=1)


def test_a_hold_ends_by_itself_when_what_it_waits_for_has_come(half):
    hold = do(place_hold, PlaceHold(half, "stock", release_when="in_stock"))
    unpaid = place(("A", 1), paid=False).id
    do(place_hold, PlaceHold(unpaid, "payment", release_when="paid"))
    astray = place(("A", 1), ship_to=BAD).id
    do(place_hold, PlaceHold(astray, "address", release_when="address"))
    assert do(release_cleared, None) == 0

    stock(north_B=2)
    db.write(fill)
    do(authorize_payment, AuthorizePayment(unpaid, 1000, "manual"))
    db.write(lambda tx: tx.connection.exec_driver_sql("UPDATE orders SET ship_postal_code = 'LS1 4AP' WHERE ship_line1 <> ''") and None)

    assert do(release_cleared, None) == 3
    reasons = factories.read("SELECT release_reason FROM order_hold ORDER BY id")
    assert reasons == [("everything is in stock",), ("it is paid",), ("the address is right now",)]
    assert one("SELECT id FROM order_hold WHERE order_id = :id", id=half) == hold
    assert one("SELECT sum(open_holds) FROM orders") == 0
    assert do(release_cleared, None) == 0


def test_a_hold_until_a_date_ends_then_and_says_so(half):
    do(place_hold, PlaceHold(half, "customer_request", until=NOW + dt.timedelta(days=2)))

    assert do(due_holds, None, NOW + dt.timedelta(days=1)) == 0
    assert do(due_holds, None, NOW + dt.timedelta(days=3)) == 1
    assert one("SELECT release_reason FROM order_hold") == "its date has come"


def test_a_hold_that_would_end_at_once_is_refused(half):
    whole = place(("A", 1)).id

    factories.refused(Invalid, place_hold, PlaceHold(whole, "stock", release_when="in_stock"))
    factories.refused(Invalid, place_hold, PlaceHold(whole, "payment", release_when="paid"))
    factories.refused(Invalid, place_hold, PlaceHold(whole, "manual", release_when="tea time"))
