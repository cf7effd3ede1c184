"""Customers in real browsers, and two people who see each other on one order."""

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.looking import Visitor


@pytest.fixture(scope="module")
def people(chromium, built_shop, tmp_path_factory):
    """Two signed-in windows of two people: (Mia's, Sam's)."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("customers")) as found:
        mia, sam = Visitor(chromium, found, "light"), Visitor(chromium, found, "phone")
        mia.come_in("ops")
        sam.come_in("support")
        yield mia, sam
        mia.close()
        sam.close()


@pytest.fixture(scope="module")
def api(people):
    return Api(people[0].shop)


def test_two_people_see_each_other_on_an_order_and_who_is_typing(people, api):
    mia, sam = people
    page = f"/orders/{api.order(api.stocked()[0])['number']}"
    mia.visit(page)
    expect(mia.page.locator("#people")).to_be_hidden()

    sam.visit(page)
    expect(mia.page.locator("#people")).to_contain_text("Sam Support is here")
    expect(sam.page.locator("#people")).to_contain_text("Mia Ops is here")
    expect(mia.page.locator("#people")).not_to_contain_text("Mia")

    sam.page.locator("textarea[name=body]").first.focus()
    expect(mia.page.locator("#people")).to_contain_text("Sam Support is editing")
    assert sam.overflow() == 0

    sam.visit(f"{page}/edit")
    expect(sam.page.locator("#people")).to_contain_text("Mia Ops is here")
    expect(mia.page.locator("#people")).to_contain_text("Sam Support is here")
    sam.page.locator("#edit-form input[inputmode]").first.focus()
    expect(mia.page.locator("#people")).to_contain_text("Sam Support is editing")

    sam.visit("/orders")
    expect(mia.page.locator("#people")).to_be_hidden()


def test_a_note_and_a_tag_of_one_person_show_on_the_others_page(people, api):
    mia, sam = people
    page = f"/customers/{api.ask('POST', 'customers', {'name': 'Tagged Tilda', 'email': 'tilda@example.org'})['id']}"
    mia.visit(page)
    sam.visit(page)
    sam.page.locator("#note-body").fill("typed and not sent")

    mia.page.locator("#new-tag").fill("wholesale")
    mia.page.locator("#tag-form button").click()

    expect(mia.page.locator("#tags")).to_contain_text("wholesale")
    expect(sam.page.locator("#tags")).to_contain_text("wholesale")
    expect(sam.page.locator("#note-body")).to_have_value("typed and not sent")


def test_a_new_order_of_the_customer_appears_on_the_open_page_and_leaves_what_is_typed(people, api):
    mia, _ = people
    person = {"name": "Ordering Olga", "email": "olga@example.org"}
    mia.visit(f"/customers/{api.ask('POST', 'customers', person)['id']}")
    page = mia.page
    expect(page.locator("#customer-orders tbody tr")).to_have_count(0)
    page.locator("#note-body").fill("typed and not sent")

    line = {"sku": api.stocked()[0], "quantity": 1, "unit_price": "10.00"}
    api.ask("POST", "orders", {"channel": "web", "currency": "GBP", "customer": person, "lines": [line]})

    expect(page.locator("#customer-orders tbody tr")).to_have_count(1)
    expect(page.locator("#note-body")).to_have_value("typed and not sent")
    assert (mia.faults, mia.refused()) == ([], [])
