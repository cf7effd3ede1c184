"""What one person does, everybody's screens show: lists, order page, stock, wall and tracking page, through cuts and a crash."""

import random
import re
import time
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api, Line, killed
from tests.browser.hands import digits, stroke, wait_until
from tests.browser.looking import Visitor
from tests.patience import PATIENCE

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

FULL_CELLS = """cells => cells.map((cell) => [cell.getAttribute("href"), Number(cell.querySelector("[data-n=available]").textContent)])
  .filter(([href, available]) => available > 5)"""

COUNT_MORPHS = """() => { window.__morphs = 0;
  new MutationObserver((changes) => { window.__morphs += changes.length; }).observe(
    document.querySelector("#orders-rows"), {attributes: true, attributeFilter: ["data-v"], subtree: true}); }"""

GONE = re.compile(r"\bis-gone\b")


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
    """Open the page, which goes live; returns playwright's page."""
    visitor.visit(path)
    assert visitor.page.evaluate("Object.keys(window.__live?.seqs ?? {}).length"), f"{path} is not live"
    return visitor.page


def right(page) -> None:
    """Wait until the page shows what it would show after a reload."""
    wait_until(page, lambda: page.evaluate(DIFFERENCES), f"seed {SEED}:")


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
    on_hand = digits(cell.locator("[data-n=on_hand]").inner_text())
    backlog = wall.locator("#tile-backlog [data-part=value]")
    ready = digits(backlog.inner_text())
    today = wall.locator("#tile-shipped_per_hour").inner_text()

    mia.get_by_role("link", name="Hold…").click()
    mia.locator("#hold-dialog").get_by_role("button", name="Hold order").click()
    expect(badge_of(listing, number)).to_have_text("On hold")
    expect(page.locator("#holds")).to_contain_text("On hold")
    expect(backlog).to_have_text(str(ready - 1))

    mia.locator("#holds").get_by_role("button", name="Release").click()
    expect(badge_of(listing, number)).to_have_text("Allocated")
    expect(page.locator("#holds .banner")).to_have_count(0)
    expect(backlog).to_have_text(str(ready))

    before = customer.locator("#tracking, .tracking").inner_text()
    for label, said in (("Release", "Released"), ("Pick", "Picked"), ("Pack", "Packed")):
        expect(mia.locator("#next-step")).to_contain_text(label)
        mia.locator("#next-step").click()
        expect(page.locator(".work-head .badge")).to_have_text(said)
        expect(badge_of(listing, number)).to_have_text(said)

    mia.locator("[name=carrier]").fill("DHL")
    mia.locator("[name=tracking_number]").fill("JD0002")
    mia.get_by_role("button", name="Ship").click()
    expect(badge_of(listing, number)).to_have_text("In transit")
    expect(page.locator(".parcel")).to_contain_text("JD0002")
    expect(customer.locator(".tracking-no")).to_contain_text("JD0002")
    expect(cell.locator("[data-n=on_hand]")).to_have_text(str(on_hand - 3))
    expect(backlog).to_have_text(str(ready - 1))
    wait_until(wall, lambda: wall.locator("#tile-shipped_per_hour").inner_text() == today and "nothing was shipped")
    wait_until(customer, lambda: customer.locator("#tracking, .tracking").inner_text() == before and "nothing was sent")
    assert [fault for visitor in stage.everybody for fault in visitor.faults] == []


def test_stock_that_one_adjusts_moves_in_the_others_matrix(stage):
    sku, place = stage.api.stocked()
    matrix = live(stage.warehouse, f"/inventory?q={sku}")
    mia = live(stage.ops, f"/stock/{sku}?location={place}")
    link = matrix.locator(f"a.cell[href*='{sku}'][href*='location={place}']")
    before = digits(link.locator("[data-n=on_hand]").inner_text())

    mia.locator("#units-page").fill("-2")
    mia.locator("#reason-page").select_option("damaged")
    mia.get_by_role("button", name="Adjust stock").click()

    expect(link.locator("[data-n=on_hand]")).to_have_text(str(before - 2))


def test_a_new_order_waits_behind_the_pill_until_the_point_key(stage):
    page = live(stage.support, "/orders")
    sku, _ = stage.api.stocked()
    first = page.locator("#orders-rows > tr").first.get_attribute("id")

    order = stage.api.order(sku)

    pill = page.locator("[data-live-pill]")
    expect(pill).to_contain_text("1 new order")
    assert page.locator("#orders-rows > tr").first.get_attribute("id") == first
    assert stage.support.violations() == []
    stroke(page, ".")
    expect(page.locator("#orders-rows > tr").first).to_contain_text(f"#{order['number']}")
    expect(pill).to_be_hidden()


def test_a_row_that_leaves_the_view_stays_dimmed_and_says_where_it_went(stage):
    sku, _ = stage.api.stocked()
    number = stage.api.order(sku)["number"]
    page = live(stage.support, "/orders?view=to_release&sort=-placed")
    row = page.locator("#orders-rows > tr", has=page.locator(f"a[href='/orders/{number}']"))

    hold = stage.api.hold(number)

    expect(row.locator("[data-left-note]")).to_have_text("moved to On hold")
    expect(row).to_have_class(GONE)
    assert stage.support.violations() == []
    stage.api.release(number, hold)
    expect(row.locator("[data-left-note]")).to_have_text("")
    expect(row).not_to_have_class(GONE)


@pytest.fixture(scope="module")
def releasable(stage):
    """Orders that wait to be released, at any time of day."""
    sku, _ = stage.api.stocked(20)
    return [stage.api.order(sku) for _ in range(12)]


def test_a_reader_is_not_disturbed_by_a_hundred_changes(stage, releasable):
    page = live(stage.support, "/orders?view=to_release&sort=-placed")
    numbers = page.locator("#orders-rows [data-row-link]").all_inner_texts()[:10]
    page.locator("#orders-rows .sel input").nth(3).check()
    page.locator("#orders-rows .peek summary").nth(4).click()
    page.locator("#orders-rows .peek li").first.wait_for()
    page.evaluate("document.querySelector('.filters').addEventListener('input', (event) => event.stopPropagation(), true)")
    field = page.locator("#orders-search")
    field.click()
    field.fill("half a thought")
    field.evaluate("field => field.setSelectionRange(2, 6)")
    page.evaluate("scrollTo(0, 300)")
    wait_until(page, lambda: page.evaluate("scrollY") != 300 and "the page does not scroll")
    before = page.evaluate(STATE)
    page.evaluate(COUNT_MORPHS)

    end = time.monotonic() + 2 * PATIENCE
    while page.evaluate("window.__morphs") < 100:
        assert time.monotonic() < end, "the changes do not arrive"
        holds = [(number.lstrip("#"), stage.api.hold(number.lstrip("#"))) for number in numbers]
        for number, hold in holds:
            stage.api.release(number, hold)
        assert page.evaluate(STATE) == before

    right(page)
    assert page.evaluate(STATE) == before


def test_screens_are_right_after_twenty_cuts(chromium, stage, releasable):
    line = Line(stage.shop.url)
    behind = SimpleNamespace(**{**vars(stage.shop), "url": line.url})
    listing = Visitor(chromium, behind, "light", stage.support.cookies())
    stock = Visitor(chromium, behind, "light", stage.support.cookies())
    try:
        pages = [live(listing, "/orders?view=to_release&sort=-placed"), live(stock, "/inventory")]
        numbers = [text.lstrip("#") for text in pages[0].locator("#orders-rows [data-row-link]").all_inner_texts()[:12]]
        places = dict(pages[1].locator("a.cell").evaluate_all(FULL_CELLS))
        dice = random.Random(SEED)
        held: dict[str, str] = {}

        for _ in range(ROUNDS):
            line.cut()
            for _ in range(PER_ROUND):
                _one_change(stage.api, dice, numbers, places, held)
            line.mend()
            time.sleep(dice.uniform(0, 0.5))

        for page in pages:
            right(page)
            expect(page.locator("#live-banner")).to_be_hidden()
    finally:
        listing.close()
        stock.close()
        line.close()


def _one_change(api: Api, dice: random.Random, numbers: list[str], places: dict[str, int], held: dict[str, str]) -> None:
    """places: the units that are available in each cell."""
    if dice.random() < 0.8:
        path = dice.choice(list(places))
        sku, place = path.split("/stock/")[1].split("?")[0], path.split("location=")[1].split("#")[0]
        change = dice.choice((-1, 1, 2)) if places[path] else 2
        places[path] += change
        api.adjust(sku, place, change)
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
        expect(listing.locator("#live-state")).to_have_attribute("data-state", "stale")
        start()
        api = Api(stage.shop)
        api.hold(order["number"])
        api.adjust(sku, place, 7)

        expect(badge_of(listing, order["number"])).to_have_text("On hold")
        expect(customer.locator("h1")).to_contain_text("address")
        right(matrix)
        right(listing)
        expect(listing.locator("#live-state")).to_have_attribute("data-state", "live")
        expect(wall.locator(".wall-clock time")).not_to_have_text(last)
        expect(wall.locator("body")).to_have_attribute("data-stale", "live")
