"""What one person does, everybody's screens show: lists, order page, stock, wall and tracking page, through cuts and a crash."""

import random
import time
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api, Line, killed
from tests.browser.looking import Visitor

SOON = 5000  # ms: "right within 5 s"
ROUNDS, PER_ROUND = 20, 50
SEED = random.SystemRandom().randrange(10**6)

DIFFERENCES = """async () => {
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const words = (element) => (element.querySelector(".badge") ?? element).textContent.replace(/\\s+/g, " ").trim();
  const look = (page) => Object.fromEntries([...page.querySelectorAll("#orders-rows > tr, #matrix-rows .cell")]
    .map((element) => [element.id, `${element.dataset.v} ${words(element)}`]));
  const [here, there] = [look(document), look(fresh)];
  return Object.keys(here).filter((id) => id in there && here[id] !== there[id])
    .map((id) => `${id}: ${here[id]} is not ${there[id]}`);
}"""
"""What a page shows otherwise than it would after a reload."""

STATE = """() => {
  const { id, value, selectionStart, selectionEnd } = document.activeElement;
  const count = (selector) => document.querySelectorAll(`#orders-rows ${selector}`).length;
  return [id, value, selectionStart, selectionEnd, Math.round(scrollY), count(".sel input:checked"), count(".peek[open]")];
}"""

FULL_CELLS = """cells => cells.filter((cell) => Number(cell.querySelector("[data-n=available]").textContent) > 5)
  .map((cell) => cell.getAttribute("href"))"""

COUNT_MORPHS = """() => { window.__morphs = 0;
  new MutationObserver((changes) => { window.__morphs += changes.length; }).observe(
    document.querySelector("#orders-rows"), {attributes: true, attributeFilter: ["data-v"], subtree: true}); }"""


@pytest.fixture(scope="module")
def stage(chromium, built_shop, tmp_path_factory):
    """A served shop, its API, and screens: Mia acts; the others only look."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("stage")) as served:
        screens = {name: Visitor(chromium, served, "light") for name in ("ops", "support", "warehouse", "wall", "visitor")}
        for role, visitor in screens.items():
            visitor.come_in(role)
        second = Visitor(chromium, served, "light", screens["support"].cookies())
        everybody = (*screens.values(), second)
        yield SimpleNamespace(shop=served, api=Api(served), second=second, everybody=everybody, **screens)
        for visitor in everybody:
            visitor.close()


def live(visitor: Visitor, path: str):
    """Open the page and wait until it is live; returns playwright's page."""
    visitor.visit(path)
    wait_until(lambda: not visitor.page.evaluate("Object.keys(window.__live?.seqs ?? {}).length") and f"{path} is not live")
    return visitor.page


def wait_until(found, seconds: float = 5.0) -> None:
    """Wait until found() is empty; fails with what it still holds."""
    end = time.monotonic() + seconds
    while wrong := found():
        assert time.monotonic() < end, f"seed {SEED}: {wrong}"
        time.sleep(0.1)


def badge_of(page, number: str):
    return page.locator("#orders-rows > tr", has=page.locator(f"a[href='/orders/{number}']")).locator("td .badge").first


def test_an_orders_life_shows_on_every_screen(stage):
    sku, _ = stage.api.stocked()
    order = stage.api.order(sku, 3)
    number = order["number"]
    place = stage.api.ask("GET", f"orders/{number}/fulfilment-orders")["items"][0]["location"]
    mia = live(stage.ops, f"/orders/{number}")
    listing = live(stage.support, "/orders")
    page = live(stage.warehouse, f"/orders/{number}")
    cell = live(stage.second, f"/stock/{sku}").locator(f"tr:has(a[href*='location={place}'])").first
    wall = live(stage.wall, stage.shop.wall)
    customer = live(stage.visitor, order["tracking_url"])
    on_hand = int(cell.locator("[data-n=on_hand]").inner_text().replace("\u202f", ""))
    backlog = wall.locator("#tile-backlog [data-part=value]")
    ready = int(backlog.inner_text())
    today = wall.locator("#tile-shipped_per_hour").inner_text()

    mia.get_by_role("link", name="Hold…").click()
    mia.locator("#hold-dialog").get_by_role("button", name="Hold order").click()
    expect(badge_of(listing, number)).to_have_text("On hold", timeout=SOON)
    expect(page.locator("#holds")).to_contain_text("On hold", timeout=SOON)
    expect(backlog).to_have_text(str(ready - 1), timeout=SOON)

    mia.locator("#holds").get_by_role("button", name="Release").click()
    expect(badge_of(listing, number)).to_have_text("Allocated", timeout=SOON)
    expect(page.locator("#holds .banner")).to_have_count(0, timeout=SOON)
    expect(backlog).to_have_text(str(ready), timeout=SOON)

    before = customer.locator("#tracking, .tracking").inner_text()
    for label, said in (("Release", "Released"), ("Pick", "Picked"), ("Pack", "Packed")):
        expect(mia.locator("#next-step")).to_contain_text(label, timeout=SOON)
        mia.locator("#next-step").click()
        expect(page.locator(".work-head .badge")).to_have_text(said, timeout=SOON)
        expect(badge_of(listing, number)).to_have_text(said, timeout=SOON)

    mia.locator("[name=carrier]").fill("DHL")
    mia.locator("[name=tracking_number]").fill("JD0002")
    mia.get_by_role("button", name="Ship").click()
    expect(badge_of(listing, number)).to_have_text("In transit", timeout=SOON)
    expect(page.locator(".parcel")).to_contain_text("JD0002", timeout=SOON)
    expect(customer.locator(".tracking-no")).to_contain_text("JD0002", timeout=SOON)
    expect(cell.locator("[data-n=on_hand]")).to_have_text(str(on_hand - 3), timeout=SOON)
    expect(backlog).to_have_text(str(ready - 1), timeout=SOON)
    wait_until(lambda: wall.locator("#tile-shipped_per_hour").inner_text() == today)
    assert customer.locator("#tracking, .tracking").inner_text() != before
    assert [fault for visitor in stage.everybody for fault in visitor.faults] == []


def test_stock_that_one_adjusts_moves_in_the_others_matrix(stage):
    sku, place = stage.api.stocked()
    matrix = live(stage.warehouse, f"/inventory?q={sku}")
    mia = live(stage.ops, f"/stock/{sku}?location={place}")
    link = matrix.locator(f"a.cell[href*='{sku}'][href*='location={place}']")
    before = int(link.locator("[data-n=on_hand]").inner_text().replace("\u202f", ""))

    mia.locator("#units-page").fill("-2")
    mia.locator("#reason-page").select_option("damaged")
    mia.get_by_role("button", name="Adjust stock").click()

    expect(link.locator("[data-n=on_hand]")).to_have_text(str(before - 2), timeout=SOON)


def test_a_new_order_waits_behind_the_pill_until_the_point_key(stage):
    page = live(stage.support, "/orders")
    sku, _ = stage.api.stocked()
    first = page.locator("#orders-rows > tr").first.get_attribute("id")

    order = stage.api.order(sku)

    pill = page.locator("[data-live-pill]")
    expect(pill).to_contain_text("1 new order", timeout=SOON)
    assert page.locator("#orders-rows > tr").first.get_attribute("id") == first
    assert stage.support.violations() == []
    page.keyboard.press(".")
    expect(page.locator("#orders-rows > tr").first).to_contain_text(f"#{order['number']}", timeout=SOON)
    expect(pill).to_be_hidden()


def test_a_row_that_leaves_the_view_stays_dimmed_and_says_where_it_went(stage):
    sku, _ = stage.api.stocked()
    number = stage.api.order(sku)["number"]
    page = live(stage.support, "/orders?view=to_release&sort=-placed")
    row = page.locator("#orders-rows > tr", has=page.locator(f"a[href='/orders/{number}']"))

    hold = stage.api.hold(number)

    expect(row.locator("[data-left-note]")).to_have_text("moved to On hold", timeout=SOON)
    assert "is-gone" in row.get_attribute("class")
    assert stage.support.violations() == []
    stage.api.release(number, hold)
    expect(row.locator("[data-left-note]")).to_have_text("", timeout=SOON)
    assert "is-gone" not in (row.get_attribute("class") or "")


def test_a_reader_is_not_disturbed_by_a_hundred_changes(stage):
    page = live(stage.support, "/orders?view=to_release")
    numbers = page.locator("#orders-rows [data-row-link]").all_inner_texts()[:10]
    page.locator("#orders-rows .sel input").nth(3).check()
    page.locator("#orders-rows .peek summary").nth(4).click()
    page.locator("#orders-rows .peek li").first.wait_for(timeout=SOON)
    page.evaluate("document.querySelector('.filters').addEventListener('input', (event) => event.stopPropagation(), true)")
    field = page.locator("#orders-search")
    field.click()
    field.fill("half a thought")
    field.evaluate("field => field.setSelectionRange(2, 6)")
    page.evaluate("scrollTo(0, 300)")
    before = page.evaluate(STATE)
    page.evaluate(COUNT_MORPHS)

    while page.evaluate("window.__morphs") < 100:
        holds = [(number.lstrip("#"), stage.api.hold(number.lstrip("#"))) for number in numbers]
        for number, hold in holds:
            stage.api.release(number, hold)
        assert page.evaluate(STATE) == before

    wait_until(lambda: page.evaluate(DIFFERENCES))
    assert page.evaluate(STATE) == before


def test_screens_are_right_after_twenty_cuts(chromium, stage):
    line = Line(stage.shop.url)
    behind = SimpleNamespace(**{**vars(stage.shop), "url": line.url})
    listing = Visitor(chromium, behind, "light", stage.support.cookies())
    stock = Visitor(chromium, behind, "light", stage.support.cookies())
    try:
        pages = [live(listing, "/orders?view=to_release"), live(stock, "/inventory")]
        numbers = [text.lstrip("#") for text in pages[0].locator("#orders-rows [data-row-link]").all_inner_texts()[:12]]
        places = pages[1].locator("a.cell").evaluate_all(FULL_CELLS)
        dice = random.Random(SEED)
        held: dict[str, str] = {}

        for _ in range(ROUNDS):
            line.cut()
            for _ in range(PER_ROUND):
                _one_change(stage.api, dice, numbers, places, held)
            line.mend()
            time.sleep(dice.uniform(0, 0.5))

        for page in pages:
            wait_until(lambda page=page: page.evaluate(DIFFERENCES))
            expect(page.locator("#live-banner")).to_be_hidden(timeout=SOON)
    finally:
        listing.close()
        stock.close()
        line.close()


def _one_change(api: Api, dice: random.Random, numbers: list[str], places: list[str], held: dict[str, str]) -> None:
    if dice.random() < 0.8:
        path = dice.choice(places)
        sku, place = path.split("/stock/")[1].split("?")[0], path.split("location=")[1].split("#")[0]
        api.adjust(sku, place, dice.choice((-1, 1, 2)))
        return
    number = dice.choice(numbers)
    if number in held:
        api.release(number, held.pop(number))
    else:
        held[number] = api.hold(number)


def test_screens_come_back_by_themselves_after_the_server_was_killed(stage):
    sku, place = stage.api.stocked()
    order = stage.api.order(sku)
    listing, matrix = live(stage.support, "/orders?view=to_release&sort=-placed"), live(stage.warehouse, f"/inventory?q={sku}")
    wall, customer = live(stage.wall, stage.shop.wall), live(stage.visitor, order["tracking_url"])
    last = wall.locator(".wall-clock time").inner_text()

    with killed(stage.shop) as start:
        expect(listing.locator("#live-state")).to_have_attribute("data-state", "stale", timeout=SOON)
        start()
        api = Api(stage.shop)
        api.hold(order["number"])
        api.adjust(sku, place, 7)

        expect(badge_of(listing, order["number"])).to_have_text("On hold", timeout=SOON)
        expect(customer.locator("h1")).to_contain_text("address", timeout=SOON)
        wait_until(lambda: matrix.evaluate(DIFFERENCES) + listing.evaluate(DIFFERENCES))
        expect(listing.locator("#live-state")).to_have_attribute("data-state", "live", timeout=SOON)
        expect(wall.locator(".wall-clock time")).not_to_have_text(last, timeout=2 * SOON)
        expect(wall.locator("body")).to_have_attribute("data-stale", "live", timeout=SOON)
