"""Orders in real browsers: search, peek, paging, holds, a new order; and what one person does, another sees."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.looking import Visitor

ROWS = "#orders-rows > tr"


@pytest.fixture(scope="module")
def busy(built_shop, tmp_path_factory):
    """A shop in which these tests may change things, with orders to release at any time of day."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("busy")) as found:
        api = Api(found)
        sku, _ = api.stocked()
        for _ in range(4):
            api.order(sku)
        yield found


@pytest.fixture(scope="module")
def people(chromium, busy):
    """Two signed-in windows: (Mia's, somebody else's)."""
    first = Visitor(chromium, busy, "light")
    first.come_in("ops")
    second = Visitor(chromium, busy, "light", first.cookies())
    yield first, second
    first.close()
    second.close()


@pytest.fixture
def mia(people):
    people[0].faults.clear()
    yield people[0]
    assert people[0].faults == []
    assert people[0].refused() == []


def rows(page) -> list[str]:
    return page.locator(ROWS).evaluate_all("rows => rows.map(row => row.id)")


def test_typing_in_the_search_narrows_the_list_and_keeps_the_caret(mia):
    mia.visit("/orders")
    page = mia.page
    number = page.locator("#orders-rows [data-row-link]").nth(20).inner_text().lstrip("#")

    page.locator("#orders-search").click()
    page.keyboard.type(number, delay=30)

    expect(page.locator(ROWS)).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"/orders\?q={number}$"))
    expect(page.locator("#orders-search")).to_be_focused()
    expect(page.locator("#orders-search")).to_have_value(number)
    page.locator("#orders-search").fill("")
    expect(page.locator(ROWS)).to_have_count(50)


def test_filters_change_the_url_and_can_be_cleared(mia):
    mia.visit("/orders?view=open")
    page = mia.page

    page.locator(".filter-menu > summary").click()
    page.locator("#filter-payment_status").select_option("paid")
    page.wait_for_url(re.compile(r"/orders\?view=open&payment_status=paid"))
    expect(page.locator(".chip")).to_have_text(re.compile(r"^\s*Payment\s+paid"))
    assert mia.violations() == []
    page.locator(".chips .clear").click()
    page.wait_for_url(re.compile(r"/orders\?view=open$"))


def test_a_peek_opens_the_lines_in_place(mia):
    mia.visit("/orders")
    peek = mia.page.locator("#orders-rows .peek").first

    peek.locator("summary").click()

    peek.locator("li").first.wait_for()
    expect(peek).to_contain_text("×")
    expect(mia.page).to_have_url(re.compile("/orders$"))


def test_more_rows_come_as_one_scrolls(mia):
    mia.visit("/orders")
    page = mia.page
    expect(page.locator(ROWS)).to_have_count(50)

    page.locator("#orders-more").scroll_into_view_if_needed()

    expect(page.locator(ROWS).nth(99)).to_be_attached()
    assert len(set(rows(page))) == len(rows(page))


def test_a_selection_is_held_and_released_again(mia):
    mia.visit("/orders?view=to_release")
    page = mia.page
    boxes = page.locator("#orders-rows .sel input")
    for place in (0, 1):
        boxes.nth(place).check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    assert mia.violations() == []

    page.locator("#bulk button[value=hold]").click()
    page.locator("#bulk-dialog[open]").wait_for()
    assert mia.violations() == []
    page.locator("#bulk-kind").select_option("address")
    page.locator("#bulk-ask-form").get_by_role("button", name="Hold 2 orders").click()

    page.locator("#bulk-result").get_by_text("Held 2 orders").wait_for()
    page.locator("#orders-rows [data-status=on_hold]").nth(1).wait_for()
    page.locator("#bulk-chip").get_by_text("Held 2 orders").wait_for()
    undo = page.locator("#bulk-result").get_by_role("button", name="Undo")
    undo.wait_for()
    assert mia.violations() == []
    undo.click()
    page.locator("#bulk-result").get_by_text("Undone: hold of 2 orders").wait_for()
    page.locator("#orders-rows [data-status=on_hold]").first.wait_for(state="detached")
    mia.visit("/bulk")
    assert mia.visit(mia.first("/bulk/")) == 200
    assert mia.violations() == []


def fresh_order(busy) -> str:
    """The address of an order of one unit, to be released."""
    api = Api(busy)
    sku, _ = api.stocked()
    return f"/orders/{api.order(sku)['number']}"


def test_what_one_holds_the_other_sees(people, mia, busy):
    other = people[1]
    address = fresh_order(busy)
    mia.visit("/orders?view=to_release&sort=-placed")
    shown = mia.page.locator("#orders-rows > tr", has=mia.page.locator(f"[data-row-link][href='{address}']"))
    row = shown.get_attribute("id")
    other.visit(address)
    expect(other.page.locator("#live-state")).to_have_attribute("data-state", "live")
    expect(mia.page.locator("#live-state")).to_have_attribute("data-state", "live")

    other.page.get_by_role("link", name="Hold…").click()
    dialog = other.page.locator("#hold-dialog")
    dialog.locator("select[name=kind]").select_option("fraud")
    dialog.locator("textarea").fill("looks odd")
    assert other.violations() == []
    dialog.get_by_role("button", name="Hold order").click()

    other.page.locator("#holds").get_by_text("On hold: Fraud check").wait_for()
    mia.page.locator(f"#{row} [data-status=on_hold]").wait_for()
    expect(mia.page.locator(f"#{row}")).to_contain_text("moved to On hold")

    mia.visit(address)
    mia.page.locator("#note-body").fill("half a thought")
    other.page.locator("#next-step").click()
    mia.page.locator("#holds .banner").wait_for(state="detached")
    expect(mia.page.locator("#note-body")).to_have_value("half a thought")
    expect(mia.page.locator("#next-step")).to_have_text("Release")


def test_a_complaint_stands_in_the_dialog_beside_its_field(mia, busy):
    mia.visit(fresh_order(busy))
    page = mia.page
    page.get_by_role("link", name="Cancel…").click()

    page.locator("#cancel-dialog button[type=submit]").last.click()

    page.locator("#cancel-dialog #reason-error").wait_for()
    expect(page.locator("#cancel-dialog #reason")).to_be_focused()
    assert mia.violations() == []
    mia.faults.clear()  # Chromium logs the 422


def test_an_order_is_typed_and_placed(mia, busy):
    sku, _ = Api(busy).stocked()
    mia.visit("/orders/new")
    page = mia.page

    page.locator("#line-0-sku").fill(sku.lower())
    page.locator("#line-0-sku").press("Tab")

    expect(page.locator("#line-0-unit_price")).not_to_have_value("")
    expect(page.locator("#line-0-sku")).to_have_value(sku)
    page.get_by_role("button", name="Add line").click()
    expect(page.locator("[data-line]")).to_have_count(4)
    page.get_by_role("button", name="Save and reserve").click()
    page.wait_for_url(re.compile(r"/orders/\d+$"))
    expect(page.locator(".flashes")).to_contain_text("is placed")
