"""Customers in real browsers, and two people who see each other on one order."""

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.looking import Visitor

WAIT = 5000


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


def test_two_people_see_each_other_on_an_order_and_who_is_typing(people):
    mia, sam = people
    mia.visit("/orders")
    link = mia.page.locator("#orders-rows [data-row-link]").first.get_attribute("href")
    mia.visit(link)
    expect(mia.page.locator("#people")).to_be_hidden()

    sam.visit(link)
    expect(mia.page.locator("#people")).to_contain_text("Sam Support is here", timeout=WAIT)
    expect(sam.page.locator("#people")).to_contain_text("Mia Ops is here", timeout=WAIT)
    assert "Mia" not in mia.page.locator("#people").inner_text()

    sam.page.locator("textarea[name=body]").first.focus()
    expect(mia.page.locator("#people")).to_contain_text("Sam Support is editing", timeout=WAIT)
    assert sam.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    sam.visit("/orders")
    expect(mia.page.locator("#people")).to_be_hidden(timeout=10_000)


def test_a_note_and_a_tag_of_one_person_show_on_the_others_page(people):
    mia, sam = people
    mia.visit("/customers?tag=vip")
    mia.page.locator("[data-row-link]").first.click()
    mia.page.wait_for_url("**/customers/*")
    address = mia.page.url
    sam.visit(address.partition("//")[2].partition("/")[2].join(("/", "")))
    sam.page.locator("#note-body").fill("typed and not sent")

    mia.page.locator("#new-tag").fill("wholesale")
    mia.page.locator("#tag-form button").click()

    expect(mia.page.locator("#tags")).to_contain_text("wholesale", timeout=WAIT)
    expect(sam.page.locator("#tags")).to_contain_text("wholesale", timeout=2 * WAIT)
    expect(sam.page.locator("#note-body")).to_have_value("typed and not sent")


def test_a_new_order_of_the_customer_appears_on_the_open_page_and_leaves_what_is_typed(people):
    mia, _ = people
    mia.visit("/customers?tag=vip")
    mia.visit(mia.first("/customers/"))
    page = mia.page
    rows = page.locator("#customer-orders tbody tr")
    name, email = page.locator("h1").inner_text(), page.locator("#person dd a").inner_text()
    before = rows.count()
    page.locator("#note-body").fill("typed and not sent")
    api = Api(mia.shop)
    sku, _ = api.stocked()

    line = {"sku": sku, "quantity": 1, "unit_price": "10.00"}
    api.ask("POST", "orders", {"channel": "web", "currency": "GBP", "customer": {"name": name, "email": email}, "lines": [line]})

    expect(rows).to_have_count(before + 1, timeout=2 * WAIT)
    expect(page.locator("#note-body")).to_have_value("typed and not sent")
    assert (mia.faults, mia.refused()) == ([], [])
