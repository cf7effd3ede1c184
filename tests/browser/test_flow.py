"""The whole flow of one order without JavaScript, and by keyboard alone; and what a form does with mistakes, haste and stale pages."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.hands import settle, stroke, wait_until, walk_to
from tests.browser.looking import Visitor
from tests.browser.shop import PASSWORD

SEEN = """element => {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""


@pytest.fixture(scope="module")
def served(built_shop, tmp_path_factory):
    with shop.serve(built_shop, tmp_path_factory.mktemp("flow")) as found:
        yield found


@pytest.fixture(scope="module")
def api(served):
    return Api(served)


@pytest.fixture(scope="module")
def mia(chromium, served):
    visitor = Visitor(chromium, served, "light")
    visitor.come_in("ops")
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def plain(chromium, served):
    """A signed-in page of a browser without JavaScript."""
    context = chromium.new_context(base_url=served.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/orders")
    assert "/login" in page.url
    page.locator("#email").fill("ops@demo.example")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{served.url}/orders")
    yield page
    context.close()


def press(page: Page, name: str) -> None:
    """Press the first button in the page's main part that begins with this name."""
    page.locator("main").get_by_role("button", name=re.compile(f"^{name}")).first.click()


def find_by_name(page: Page, name: str) -> None:
    """Ask for the orders of this name until there is exactly one: they can be searched a moment after they are placed."""
    rows, path = page.locator("#orders-rows > tr"), f"/orders?q={name.replace(' ', '+')}"
    wait_until(page, lambda: page.goto(path) and rows.count() != 1 and f"{rows.count()} orders of {name}")


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the element has the focus."""
    settle(page)
    element = page.locator(selector).first
    element.wait_for()
    for _ in range(most):
        if element.evaluate("element => element === document.activeElement"):
            assert element.evaluate(SEEN), f"nobody sees that {selector} has the focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError(
        f"{selector} cannot be reached by Tab; the focus is on {page.evaluate('document.activeElement.outerHTML.slice(0, 200)')}"
    )


def test_an_order_lives_its_life_without_javascript(plain, served, api):
    page = plain
    sku, _ = api.stocked()
    page.get_by_role("link", name="New order").click()
    page.locator("#line-0-sku").fill(sku)
    page.locator("#line-0-quantity").fill("2")
    page.locator("#line-0-unit_price").fill("12.50")
    page.locator("#customer_name").fill("Noscript Nora")
    page.get_by_label("Cash on delivery").check()
    press(page, "Save and reserve")
    expect(page).to_have_url(re.compile(r"/orders/\d+$"))
    number = page.url.rpartition("/")[2]

    find_by_name(page, "Noscript Nora")
    page.goto("/orders")
    page.locator("#orders-search").fill("Noscript Nora")
    press(page, "Apply")
    expect(page.locator("#orders-rows > tr")).to_have_count(1)
    page.locator(f"#orders-rows a[href='/orders/{number}']").first.click()
    expect(page.locator("h1")).to_have_text(f"#{number}")

    page.get_by_role("link", name="Hold…").click()
    page.locator("#kind").select_option("address")
    page.locator("#note").fill("no street")
    press(page, "Hold order")
    expect(page.locator("#holds")).to_contain_text("no street")
    page.locator("#holds [name=reason]").fill("street given")
    page.locator("#holds").get_by_role("button", name="Release").click()
    expect(page.locator("#holds .banner")).to_have_count(0)
    page.locator("#note-body").fill("called, all well")
    press(page, "Comment")
    expect(page.locator(".timeline")).to_contain_text("called, all well")
    page.get_by_role("link", name="Change").click()
    page.locator("#edit-ship-to > summary").click()
    page.locator("#ship_city").fill("Leeds")
    page.locator("#ship_country").fill("GB")
    press(page, "Preview")
    expect(page.locator("#edit-preview")).to_contain_text("Leeds")
    press(page, "Save changes")
    expect(page).to_have_url(re.compile(rf"/orders/{number}$"))
    expect(page.locator("main")).to_contain_text("Leeds")

    for step, state in (("Release", "Released"), ("Pick", "Picked"), ("Pack", "Packed")):
        expect(page.locator("#next-step")).to_have_text(step)
        page.locator("#next-step").click()
        expect(page.locator(".work-head .badge")).to_have_text(state)
    page.locator("[name=carrier]").fill("DPD")
    page.locator("[name=tracking_number]").fill("NO-JS-1")
    press(page, "Ship")
    expect(page.locator(".parcel")).to_contain_text("NO-JS-1")
    press(page, "Confirm delivery")
    expect(page.locator(".order-head .badge").first).to_have_text("Delivered")
    press(page, "Take payment|It has arrived")
    expect(page.locator("#money .badge")).to_have_text("Paid")

    page.goto(f"/orders/{api.order(sku)['number']}")
    page.get_by_role("link", name="Cancel…").click()
    page.locator("#reason").select_option("customer")
    press(page, "Cancel 1 unit")
    expect(page.locator(".order-head .badge").first).to_have_text("Cancelled")


def test_stock_is_adjusted_without_javascript(plain, api):
    sku, place = api.stocked()
    plain.goto("/inventory")
    plain.locator("[data-search]").fill(sku)
    press(plain, "Search")
    plain.wait_for_url("**q=**")
    plain.locator(f"a.cell[href*='/{sku}?'][href*='location={place}']").click()
    before = api.ask("GET", f"stock?sku={sku}&location={place}")["items"][0]["on_hand"]
    plain.locator("#units-page").fill("-1")

    press(plain, "Adjust stock")
    expect(plain.locator("#reason-page")).to_have_attribute("aria-invalid", "true")
    expect(plain.locator("#units-page")).to_have_value("-1")
    plain.locator("#reason-page").select_option("damaged")
    press(plain, "Adjust stock")

    expect(plain.locator(".flashes")).to_contain_text(f"{before - 1:,} on hand")
    assert api.ask("GET", f"stock?sku={sku}&location={place}")["items"][0]["on_hand"] == before - 1


def test_a_customer_follows_the_order_without_javascript(plain, api):
    sku, _ = api.stocked()
    order = api.order(sku)
    plain.goto(order["tracking_url"])
    expect(plain.locator(".track-head")).to_contain_text(order["number"])
    expect(plain.locator("h1")).not_to_be_empty()
    plain.goto("/orders")


def find(page: Page, number: str) -> None:
    """From any page of an order or the list: search the list for it and open it, keys only."""
    stroke(page, "/")
    expect(page.locator("#orders-search")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(number)
    expect(page).to_have_url(re.compile(rf"[?&]q={number}(&|$)"))
    settle(page)
    expect(page.locator("#orders-rows > tr")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#orders-rows [data-row-link]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/orders/{number}$"), wait_until="domcontentloaded")
    expect(page.locator(".order-head h1")).to_have_text(f"#{number}")


def test_an_order_is_found_held_changed_sent_and_another_cancelled_by_keyboard_alone(chromium, served, api):
    sku, _ = api.stocked()
    number, other = api.order(sku)["number"], api.order(sku)["number"]
    visitor = Visitor(chromium, served, "light")
    page, keys = visitor.page, visitor.page.keyboard
    page.goto("/login")
    expect(page.locator("#email")).to_be_focused()
    keys.type("ops@demo.example")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(f"{served.url}/", wait_until="domcontentloaded")

    stroke(page, "go")
    page.wait_for_url(f"{served.url}/orders", wait_until="domcontentloaded")
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        walk_to(page, page.locator("#orders-rows > tr").nth(row), key)
    stroke(page, "o")
    expect(page.locator("#orders-rows .peek li").first).to_be_visible()
    find(page, number)

    stroke(page, "h")
    expect(page.locator("#hold-dialog #kind")).to_be_focused()
    assert visitor.violations() == []
    tab_to(page, "#hold-dialog button[type=submit]")
    keys.press("Enter")
    expect(page.locator("#holds")).to_contain_text("On hold")
    expect(page.locator("#hold-dialog")).to_be_hidden()
    stroke(page, "e")
    expect(page.locator("#note-body")).to_be_focused()
    keys.type("typed by hand")
    keys.press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("typed by hand")
    settle(page)
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("#next-step")).to_have_text("Release hold")
    stroke(page, "n")
    expect(page.locator("#next-step")).to_have_text("Release")

    stroke(page, "c")
    page.wait_for_url(f"{served.url}/orders/{number}/edit", wait_until="domcontentloaded")
    tab_to(page, "#edit-ship-to > summary")
    keys.press("Enter")
    tab_to(page, "#ship_city")
    keys.press("Control+a")
    keys.type("Leeds")
    expect(page.locator("#edit-preview")).to_contain_text("Leeds")
    assert visitor.violations() == []
    keys.press("Control+Enter")
    page.wait_for_url(f"{served.url}/orders/{number}", wait_until="domcontentloaded")
    expect(page.locator("main")).to_contain_text("Leeds")

    for step in ("Release", "Pick", "Pack"):
        expect(page.locator("#next-step")).to_have_text(step)
        stroke(page, "n")
    expect(page.locator(".work-head .badge")).to_have_text("Packed")
    stroke(page, "n")
    tab_to(page, "[name=carrier]", most=3)
    keys.type("GLS")
    keys.press("Tab")
    keys.type("KEYS-1")
    keys.press("Enter")
    expect(page.locator(".parcel")).to_contain_text("KEYS-1")
    settle(page)
    page.evaluate("document.activeElement.blur()")
    stroke(page, "u")
    page.wait_for_url(re.compile(r"/orders(\?|$)"), wait_until="domcontentloaded")

    find(page, other)
    tab_to(page, "[data-open=cancel-dialog]")
    keys.press("Enter")
    expect(page.locator("#cancel-dialog #reason")).to_be_focused()
    keys.press("ArrowDown")
    assert visitor.violations() == []
    tab_to(page, "#cancel-dialog button[type=submit]")
    keys.press("Enter")
    expect(page.locator(".order-head .badge").first).to_have_text("Cancelled")
    assert (visitor.faults, visitor.refused()) == ([], [])
    visitor.close()


@pytest.mark.parametrize(("key", "dialog"), [("?", "#shortcuts"), ("Control+k", "#palette")])
def test_the_dialogs_of_every_page_open_by_key_close_by_escape_and_are_accessible(mia, key, dialog):
    mia.visit("/orders")
    link = mia.page.locator("[data-row-link]").first
    link.focus()

    mia.page.keyboard.press(key)

    expect(mia.page.locator(dialog)).to_be_visible()
    expect(mia.page.locator(f"{dialog} :is(dl, #palette-results li)").first).to_be_visible()
    assert mia.violations() == []
    mia.page.keyboard.press("Escape")
    expect(mia.page.locator(dialog)).to_be_hidden()
    expect(link).to_be_focused()


def test_a_mistake_keeps_what_was_typed_and_gets_the_focus(mia, api):
    sku, _ = api.stocked()
    mia.visit("/orders/new")
    page = mia.page
    page.locator("#customer_name").fill("Typing Tom")
    page.locator("#line-0-sku").fill(sku)
    page.locator("#line-0-quantity").fill("two")

    page.get_by_role("button", name="Save and reserve").click()

    expect(page.locator("#line-0-quantity")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#line-0-quantity")).to_be_focused()
    expect(page.locator("#line-0-quantity")).to_have_value("two")
    expect(page.locator("#customer_name")).to_have_value("Typing Tom")
    assert mia.violations() == []


def test_a_late_look_up_leaves_alone_what_was_typed_meanwhile(mia, api):
    sku, _ = api.stocked()
    mia.visit("/orders/new")
    page, waiting = mia.page, []
    page.route("**/orders/new/line?*", lambda route: waiting.append(route))
    page.locator("#line-0-sku").fill(sku)
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    expect(page.locator("#line-0-unit_price")).to_be_focused()

    wait_until(page, lambda: not waiting and "nothing was looked up")
    waiting[0].continue_()

    expect(page.locator("#line-0-unit_price")).not_to_have_value("")
    page.keyboard.type("9.99")
    expect(page.locator("#line-0-quantity")).to_have_value("2")
    expect(page.locator("#line-0-unit_price")).to_have_value("9.99")
    page.unroute("**/orders/new/line?*")


@pytest.mark.parametrize("scripts", [True, False], ids=["with", "without"])
def test_a_double_click_places_one_order(mia, plain, api, scripts):
    sku, _ = api.stocked()
    page, name = (mia.page, "Double Dora") if scripts else (plain, "Double Dan")
    page.goto("/orders/new")
    page.locator("#line-0-sku").fill(sku)
    page.locator("#line-0-quantity").fill("1")
    page.locator("#line-0-unit_price").fill("10.00")
    page.locator("#customer_name").fill(name)

    page.get_by_role("button", name="Save and reserve").dblclick()

    page.wait_for_url(re.compile(r"/orders/\d+$"))
    find_by_name(page, name)


def test_a_stale_form_shows_both_versions_before_it_does_anything(mia, plain, api):
    sku, _ = api.stocked()
    number = api.order(sku)["number"]
    plain.goto(f"/orders/{number}/holds/new")
    plain.locator("#note").fill("mine")
    mia.visit(f"/orders/{number}")
    mia.page.get_by_role("link", name="Hold…").click()
    mia.page.locator("#hold-dialog textarea").fill("also mine")

    api.hold(number)

    expect(mia.page.locator("#holds .banner")).to_have_count(1)
    mia.page.locator("#hold-dialog").get_by_role("button", name="Hold order").click()
    expect(mia.page.locator("#hold-dialog #conflict .diff")).to_contain_text("On hold", ignore_case=True)
    expect(mia.page.locator("#hold-dialog textarea")).to_have_value("also mine")
    assert mia.violations() == []
    press(plain, "Hold order")
    expect(plain.locator("h1")).to_have_text("Changed meanwhile")
    expect(plain.locator(".diff")).to_contain_text("Put on hold")
    press(plain, "Do it all the same")
    expect(plain.locator("#holds .banner")).to_have_count(2)
    expect(plain.locator("#holds")).to_contain_text("mine")


def test_what_is_typed_outlives_the_session(chromium, served, api):
    """Signed out elsewhere: the page says that it is not live and keeps the comment; after signing in beside it, it is sent once."""
    sku, _ = api.stocked()
    number = api.order(sku, 1)["number"]
    mia = Visitor(chromium, served, "phone")
    mia.come_in("ops")
    mia.visit(f"/orders/{number}")
    page = mia.page
    page.locator("#note-body").fill("Ring twice")
    token = page.locator("meta[name=csrf-token]").get_attribute("content")

    mia.context.request.post("/logout", form={"csrf_token": token})
    expect(page.locator("#live-state")).to_have_text("Not live")
    expect(page.locator("#live-banner")).to_contain_text("you are signed out")
    page.get_by_role("button", name="Comment").click()
    said = page.locator("#problem")
    expect(said).to_contain_text("Your session ended. Sign in and send again: what you typed is still here.")
    expect(page.locator("#note-body")).to_have_value("Ring twice")
    assert not mia.violations() and mia.overflow() <= 0

    with mia.context.expect_page() as opened:
        said.get_by_role("link").click()
    mia.sign_in(opened.value, "ops")
    expect(opened.value.get_by_role("heading", name="You are signed in")).to_be_visible()
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".timeline").get_by_text("Ring twice")).to_have_count(1)
    expect(page.locator("#note-body")).to_have_value("")
    expect(said).to_be_empty()
    mia.close()
