"""The stock page shows what carts hold; beside the levels stands the form of how a SKU is sold."""

import pytest

from dashboard.inventory.hold_commands import HoldStock
from dashboard.inventory.holds import hold_stock
from dashboard.kernel import clock
from tests.api.conftest import Api
from tests.factories import do

PART = {"HX-Request": "true", "HX-Target": "form#selling-form"}


def form_of(person, code="A-1"):
    return person.get(f"/stock/{code}/levels").get_data(as_text=True)


def test_units_held_for_carts_are_shown_with_channel_place_and_end(person):
    assert "No cart holds any of it." in person.get("/stock/A-1").get_data(as_text=True)
    do(hold_stock, HoldStock("web", (("A-1", 12),), 30), clock.now())

    page = person.get("/stock/A-1").get_data(as_text=True)
    assert "Held for carts (12)" in page
    assert "<b>10</b> for web in" in page


def test_a_cap_and_a_buffer_are_set_in_the_form_and_count(person, shop):
    api = Api(shop)
    assert api.order(("A-1", 1)).status_code == 201  # so that the channel is known
    assert 'name="buffer-web"' in form_of(person)
    sent = {"policy": "allowed", "cap": "3", "buffer-web": "4", "was_policy": "default", "was_cap": "", "was_buffer-web": ""}
    assert person.post("/stock/A-1/selling", data=sent).status_code == 303

    page = form_of(person)
    assert 'name="cap" value="3"' in page
    assert 'name="buffer-web" value="4"' in page
    assert api.order(("A-1", 11)).status_code == 409
    assert api.order(("A-1", 13), on_shortage="backorder").status_code == 201
    assert api.order(("A-1", 1), on_shortage="backorder").status_code == 409

    late = person.post("/stock/A-1/selling", data={**sent, "cap": "9"}, headers=PART)
    assert late.status_code == 409
    assert 'name="was_cap" value="3"' in late.get_data(as_text=True)
    assert 'name="cap" value="9"' in late.get_data(as_text=True)


@pytest.mark.parametrize("typed", [{"cap": "-1"}, {"cap": "x"}, {"cap": "1.5"}, {"cap": "99999999999"}, {"policy": "perhaps"}])
@pytest.mark.parametrize("headers", [{}, PART])
def test_what_is_no_number_or_policy_is_a_422_beside_its_field(person, typed, headers):
    answer = person.post("/stock/A-1/selling", data={"policy": "allowed", "was_policy": "default", **typed}, headers=headers)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert 'value="default" selected' in form_of(person)


def test_the_address_of_the_form_leads_to_it(person):
    assert person.get("/stock/D/4/selling").headers["Location"].endswith("/stock/D/4/levels#selling")


RULE_PART = {"HX-Request": "true", "HX-Target": "form#rule-form"}


def test_a_channels_rule_is_set_in_a_form_and_listed(person, shop):
    assert "No channel yet" in person.get("/selling").get_data(as_text=True)
    assert 'name="channel"' in person.get("/selling/edit").get_data(as_text=True)
    sent = {"channel": "web", "locations": ["N"], "buffer": "2", "version": "0"}
    assert person.post("/selling", data=sent).status_code == 303

    page = person.get("/selling").get_data(as_text=True)
    assert "Location N" in page
    assert "Location S" not in page
    assert Api(shop).order(("A-1", 9)).status_code == 409
    form = person.get("/selling/edit?channel=web").get_data(as_text=True)
    assert 'value="N" checked' in form
    assert 'name="version" value="1"' in form


def test_a_rule_somebody_changed_meanwhile_is_a_409_that_says_theirs(person):
    sent = {"channel": "web", "locations": ["N"], "buffer": "2", "version": "0"}
    person.post("/selling", data=sent)
    late = person.post("/selling", data={"channel": "web", "buffer": "5", "version": "0"}, headers=RULE_PART)

    text = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "Now it sells from N with a buffer of 2" in text
    assert 'name="version" value="1"' in text
    assert 'value="5"' in text


@pytest.mark.parametrize("bad", [{"channel": ""}, {"channel": "x" * 41}, {"buffer": "-1"}, {"buffer": "1.5"}, {"locations": ["MOON"]}])
@pytest.mark.parametrize("headers", [{}, RULE_PART])
def test_a_bad_rule_is_a_422_with_its_form(person, bad, headers):
    sent = {"new": "1", "channel": "web", "buffer": "1", "version": "0", **bad}

    assert person.post("/selling", data=sent, headers=headers).status_code == 422
    assert "No channel yet" in person.get("/selling").get_data(as_text=True)


def test_an_order_beyond_the_cap_is_refused_in_the_form_too(person):
    person.post("/stock/C-3/selling", data={"policy": "allowed", "cap": "2", "was_policy": "default", "was_cap": ""})
    order = {"lines-0-sku": "C-3", "lines-0-quantity": "3", "customer_name": "Ada", "channel": "phone", "payment": "bank_transfer"}
    answer = person.post("/orders", data={**order, "ship_line1": "1 Mill Row", "on_shortage": "backorder"})

    assert answer.status_code == 422
    assert "2 more can be backordered" in answer.get_data(as_text=True)
