"""Where a role's permission ends: refunds, adjustments and locations, refused with nothing changed."""

import pytest

from dashboard.accounts import reach, roles
from dashboard.fulfilment.actions import pick_units, release_work
from dashboard.fulfilment.commands import PickUnits, ReleaseWork
from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.commands import AdjustStock
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.errors import Forbidden
from dashboard.payments.actions import capture_payment, refund_payment
from dashboard.payments.commands import CapturePayment, RefundPayment
from tests import factories


def person(role: str, *locations: str) -> Actor:
    return Actor("user", "1", "Tom", role, roles.permissions_for(role, "user"), None, locations or None)


def refused(action, command, actor: Actor) -> None:
    """The action is forbidden to this actor and changes no row of any table."""
    before = factories.dump()
    with pytest.raises(Forbidden):
        factories.do(action, command, actor=actor)
    assert factories.dump() == before


def test_a_refund_ends_where_the_role_does():
    reach.assert_refund(person("support"), 5_000, "GBP")
    reach.assert_refund(person("owner"), 10_000_000, "GBP")

    with pytest.raises(Forbidden) as small:
        reach.assert_refund(person("support"), 5_001, "GBP")
    with pytest.raises(Forbidden) as second:
        reach.assert_refund(person("finance"), 100_001, "GBP")

    assert small.value.message.startswith("Your role (support) pays back at most 50.00 GBP alone.")
    assert small.value.facts == {"most": "50.00", "second_person": False}
    assert second.value.facts == {"most": "1000.00", "second_person": True}


@pytest.mark.parametrize(("units", "allowed"), [(20, True), (-20, True), (21, False), (-21, False)])
def test_an_adjustment_ends_where_the_role_does(units, allowed):
    if allowed:
        reach.assert_adjustment(person("warehouse"), units)
    else:
        with pytest.raises(Forbidden):
            reach.assert_adjustment(person("warehouse"), units)


def test_a_location_is_one_s_own_or_anybody_s():
    reach.assert_location(person("warehouse", "north"), "north")
    reach.assert_location(person("warehouse"), "south")

    with pytest.raises(Forbidden) as refused:
        reach.assert_location(person("warehouse", "north"), "south")

    assert refused.value.message == "You work at north, not at south."


def test_orderdeck_itself_is_not_stopped():
    reach.assert_refund(system("job"), 10**12, "GBP")
    reach.assert_adjustment(system("job"), 10**6)
    reach.assert_location(system("job"), "south")


def test_nobody_works_at_a_location_that_is_not_theirs(app):
    factories.shop(north_A=5, south_B=5)
    factories.place(("A", 1))
    factories.do(release_work, ReleaseWork(1))

    refused(pick_units, PickUnits(1), person("warehouse", "south"))

    factories.do(pick_units, PickUnits(1), actor=person("warehouse", "north"))


def test_a_picker_corrects_a_little_stock_of_their_own(app):
    factories.shop(north_A=50, south_A=50)
    tom = person("warehouse", "north")

    for place, change in (("north", -21), ("south", -1)):
        refused(adjust_stock, AdjustStock("A", place, "damaged", change=change), tom)

    assert factories.do(adjust_stock, AdjustStock("A", "north", "damaged", change=-20), actor=tom).on_hand == 30


def test_support_pays_back_a_little(app):
    factories.shop(north_A=50)
    factories.place(("A", 10))
    factories.do(capture_payment, CapturePayment(1))

    refused(refund_payment, RefundPayment(1, 5_001, "returned"), person("support"))

    assert factories.do(refund_payment, RefundPayment(1, 5_000, "returned"), actor=person("support")) == 5_000
