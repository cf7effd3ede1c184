"""Two people change one order in two browsers: what they type survives, disjoint changes merge, the same field shows both sides."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.hands import follow
from tests.browser.looking import Visitor

CARET = """() => [document.activeElement.selectionStart, document.activeElement.selectionEnd]"""


@pytest.fixture(scope="module")
def desk(chromium, built_shop, tmp_path_factory):
    """A served shop, its API, and two people in two browsers."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("desk")) as served:
        people = {name: Visitor(chromium, served, look) for name, look in (("ops", "light"), ("support", "dark"))}
        for role, visitor in people.items():
            visitor.come_in(role)
        yield SimpleNamespace(shop=served, api=Api(served), **people)
        for visitor in people.values():
            visitor.close()


def edit_page(visitor, number):
    """The form, with the folds that these tests type in open."""
    visitor.visit(f"/orders/{number}/edit")
    for fold in ("ship-to", "shipping"):
        visitor.page.locator(f"#edit-{fold} > summary").click()
    return visitor.page


def save(page):
    page.get_by_role("button", name="Save changes").click()


def test_typing_survives_fifty_live_updates_and_the_preview_follows_it(desk):
    sku, _ = desk.api.stocked()
    number = desk.api.order(sku, 1)["number"]
    page = edit_page(desk.ops, number)
    city = page.locator("#ship_city")

    city.fill("Newca")
    city.press("ArrowLeft")
    for place in range(50):
        desk.api.ask("POST", f"orders/{number}/notes", {"body": f"note {place}"})
    version = desk.api.ask("GET", f"orders/{number}")["version"]
    assert version > 50
    expect(page.locator("header.order-head-part")).to_have_attribute("data-v", str(version))

    expect(city).to_be_focused()
    expect(city).to_have_value("Newca")
    assert page.evaluate(CARET) == [4, 4]
    expect(page.locator("#edit-preview")).to_contain_text("City")
    quantity = page.locator("fieldset.edit-line input").first
    quantity.fill("2")
    expect(page.locator("#edit-preview")).to_contain_text("units")
    expect(quantity).to_be_focused()
    expect(quantity).to_have_value("2")
    assert not desk.ops.faults


def test_two_people_change_one_order(desk):
    sku, _ = desk.api.stocked()
    number = desk.api.order(sku, 1)["number"]
    mia, tom = edit_page(desk.ops, number), edit_page(desk.support, number)

    mia.locator("#ship_city").fill("Leeds")
    tom.locator("#ship_city").fill("York")
    tom.locator("#shipping").fill("4.50")
    expect(mia.locator("#edit-preview")).to_contain_text("Leeds")
    save(mia)
    mia.wait_for_url(f"**/orders/{number}")
    expect(mia.locator("#toasts")).to_contain_text("Undo")
    expect(tom.locator("#edit-preview")).to_contain_text("York")
    save(tom)

    expect(tom.locator("#edit-conflict")).to_be_visible()
    expect(tom.locator(".diff")).to_contain_text("Leeds")
    assert not desk.support.violations()
    tom.locator("input[name=keep_ship_city][value=yours]").check()
    expect(tom.locator("#edit-preview")).to_contain_text("York")
    save(tom)
    tom.wait_for_url(f"**/orders/{number}")

    expect(tom.locator("main")).to_contain_text("York")
    expect(tom.locator("main")).to_contain_text("£4.50")
    tom.locator("#toasts .toast-undo").click()
    expect(tom.locator("main")).to_contain_text("as it was before")
    expect(tom.locator("main")).to_contain_text("Leeds")


def test_a_draft_shows_what_the_other_saves_and_keeps_what_is_typed(desk):
    """Mia saves; Tom's page and his list follow; what he is typing stays, and saving over hers is a conflict that loses nothing."""
    sku, _ = desk.api.stocked()
    order = {"currency": "GBP", "lines": [{"sku": sku, "quantity": 1}], "customer": {"name": "Ada"}}
    draft = desk.api.ask("POST", "drafts", {"order": order})["id"]
    mia, tom = desk.ops.page, desk.support.page
    desk.support.visit("/drafts")
    desk.ops.visit(f"/drafts/{draft}")
    mia.locator("#customer_name").fill("Ada Byron")
    follow(mia, mia.get_by_role("button", name="Save", exact=True))
    expect(tom.locator(f"#draft-{draft}")).to_contain_text("Ada Byron")

    desk.support.visit(f"/drafts/{draft}")
    tom.locator("#ship_city").fill("York")
    mia.locator("#customer_name").fill("Ada King")
    follow(mia, mia.get_by_role("button", name="Save", exact=True))
    expect(tom.locator("#customer_name")).to_have_value("Ada King")
    expect(tom.locator("#ship_city")).to_have_value("York")
    tom.get_by_role("button", name="Save", exact=True).click()
    expect(tom.locator("main")).to_contain_text("while you worked on it")
    expect(tom.locator("#ship_city")).to_have_value("York")
    follow(tom, tom.get_by_role("button", name="Save", exact=True))
    expect(tom.locator("body")).to_contain_text("Nothing is reserved")
    expect(mia.locator("#ship_city")).to_have_value("York")
    assert not desk.support.violations()
