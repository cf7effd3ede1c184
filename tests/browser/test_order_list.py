"""The desk's list in a browser: views kept and shared between two screens, columns, the palette; dialogs and menus open under axe."""

import threading

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Api
from tests.browser.hands import follow, settle, stroke, wait_until, walk_to
from tests.browser.looking import LOOKS

LATER = ("/orders/filters?channel=web", "/orders/columns", "/orders/views/new?list=channel%3Dweb", "/shortcuts")
"""Pages of what menus and dialogs hold, for browsers without JavaScript."""


@pytest.mark.parametrize("look", LOOKS)
def test_menus_and_the_palette_have_no_fault_when_open(visitors, look):
    visitor = visitors("ops", look)
    page = visitor.page
    visitor.visit("/orders?view=all")
    found = {}

    for name, menu, inside in [
        ("save", "#save-view", "#save-view-name"),
        ("columns", ".columns-menu", "legend"),
        ("filter", ".filter-menu", "#filter-status"),
    ]:
        page.click(f"{menu} > summary")
        expect(page.locator(f"{menu} {inside}")).to_be_visible()
        found[name] = (visitor.violations(), visitor.overflow())
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("ada")
    expect(page.locator("#palette-orders")).to_be_visible()
    found["palette"] = (visitor.violations(), visitor.overflow())
    page.keyboard.press("Escape")  # empties the field
    page.keyboard.press("Escape")
    page.click(".who")
    found["account"] = (visitor.violations(), visitor.overflow())

    assert found == dict.fromkeys(found, ([], 0))
    assert (visitor.faults, visitor.refused()) == ([], [])


@pytest.mark.parametrize("path", ["/orders/views", "/orders/export?channel=web", "/search?q=ada", *LATER])
def test_the_pages_around_the_list_have_no_fault(visitors, path):
    for look in ("light", "phone"):
        visitor = visitors("ops", look)

        status = visitor.visit(path)

        assert (status, visitor.violations(), visitor.refused(), visitor.faults, visitor.overflow()) == (200, [], [], [], 0)


def test_a_shared_view_is_on_the_other_screen_and_keeps_its_count(visitors):
    mia, tom = visitors("ops", "light"), visitors("owner", "light")
    mia.visit("/orders?channel=web&view=open")

    mia.page.click("#save-view > summary")
    mia.page.fill("#save-view-name", "Open on the web")
    mia.page.check("#save-view input[name=shared]")
    mia.page.keyboard.press("Enter")
    tab = mia.page.locator("#saved-views a", has_text="Open on the web")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(tab.locator(".count")).not_to_have_text("…")

    tom.visit("/orders?view=all")
    theirs = tom.page.locator("#saved-views a", has_text="Open on the web")
    wait_until(tom.page, lambda: theirs.locator(".count").inner_text() != tab.locator(".count").inner_text() and "two counts")
    theirs.click()
    expect(tom.page.locator(".chip")).to_have_text("Channel web")

    mia.visit("/orders/views")
    mia.page.click("[aria-label='Remove Open on the web']")
    expect(mia.page.locator("main")).to_contain_text("The view was removed")


def test_by_keyboard_alone_find_an_order_and_hold_the_selected(visitors, served):
    api = Api(served)
    number = api.order(api.stocked()[0])["number"]
    visitor = visitors("ops", "light")
    page = visitor.page
    visitor.visit("/orders?view=to_release&sort=-placed")

    walk_to(page, page.locator("#orders-rows > tr", has=page.locator(f"a[href='/orders/{number}']")))
    stroke(page, "x")
    expect(page.locator(".bulk")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-actions button").first).to_have_text("Hold 1 selected")
    page.locator("#palette-query").fill("assign")
    expect(page.locator("#palette-actions button")).to_have_text(["Assign 1 selected"])
    expect(page.locator(".palette-none")).to_be_hidden()
    page.locator("#palette-query").fill("hold")
    expect(page.locator("#palette-actions button")).to_have_text(["Hold 1 selected", "Release hold 1 selected"])
    settle(page)
    page.keyboard.press("Enter")
    expect(page.locator("#bulk-kind")).to_be_focused()
    late: list = []
    come = threading.Event()
    page.route("**/bulk/*?beside=1", lambda asked: asked.continue_() if come.is_set() else late.append(asked))
    page.locator("#bulk-note").press("Enter")
    expect(page.locator("#bulk-result")).to_contain_text("Held 1 order")
    expect(page.locator("#bulk-result .bulk-stop")).to_be_hidden()  # before the buttons of a run that is over have come
    come.set()
    for asked in late:
        asked.continue_()
    expect(page.locator("#bulk-result [data-undo]")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    stroke(page, "z")
    expect(page.locator("#bulk-result")).to_contain_text("Undone: hold of 1 order")

    page.keyboard.press("Control+k")
    page.locator("#palette-query").fill(number)
    expect(page.locator("#palette-results a").first).to_contain_text(number)
    settle(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{number}")


def test_columns_are_chosen_and_stay(visitors):
    visitor = visitors("ops", "light")
    page = visitor.page
    visitor.visit("/orders?view=open&channel=web")

    page.click(".columns-menu > summary")
    page.uncheck(".columns-menu input[value=location]")
    page.click(".columns-menu button.primary")

    head = page.locator("thead th", has_text="Location")
    expect(head).to_be_hidden()
    assert "channel=web" in page.url
    page.click(".columns-menu > summary")
    page.click(".columns-menu button[name=reset]")
    expect(head).to_be_visible()


def test_an_export_shows_how_far_it_is_and_saves_exactly_the_list(visitors):
    visitor = visitors("ops", "light")
    page = visitor.page
    visitor.visit("/orders?channel=web&sort=number")
    follow(page, page.locator("a[href^='/orders/export']").first)
    expect(page.locator("h1")).to_have_text("Export orders")
    asked = page.locator("[data-export]").get_attribute("data-total")
    page.evaluate(
        """() => { const seen = []; const bar = document.querySelector("[data-export-bar]");
        new MutationObserver(() => seen.push([bar.value, bar.max])).observe(bar, { attributes: true }); window.seen = seen; }"""
    )

    with page.expect_download() as download:
        page.click("[data-export]")

    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    count = len(lines) - 1
    expect(page.locator("[data-export-said]")).to_contain_text(f"{count:,} orders are in orders-all-")
    assert asked in (str(count), "")
    if asked:
        wait_until(page, lambda: page.evaluate("window.seen.at(-1)") != [count, count] and "the bar is not full")
    assert {line.split(",")[1] for line in lines[1:]} == {"web"}
    assert lines[0].startswith("number,channel,status")
    assert (visitor.violations(), visitor.faults, visitor.refused()) == ([], [], [])
