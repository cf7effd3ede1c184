"""Stock in real browsers: the matrix by keyboard, an adjustment another person sees, a conflict shown with both figures."""

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.looking import Visitor

WAIT = 5000


@pytest.fixture(scope="module")
def busy(built_shop, tmp_path_factory):
    """A shop in which these tests may change things."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("busy_stock")) as found:
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
    assert people[0].refused() == []


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def on_hand(page, cell: str) -> int:
    return int(page.locator(f"#{cell} [data-n=on_hand]").inner_text())


def adjust(page, cell: str, how: str, units: int, reason: str) -> None:
    page.locator(f"#{cell}").click()
    form = page.locator(".adjust-row form")
    expect(form).to_have_count(1, timeout=WAIT)
    form.locator("[name=how]").select_option(how)
    form.locator("[name=units]").fill(str(units))
    form.locator("[name=reason]").select_option(reason)


def test_arrows_move_between_cells_a_click_opens_the_form_and_escape_closes_it(mia):
    mia.visit("/inventory")
    page = mia.page
    cells = page.locator("#matrix-rows tr[data-row]").first.locator("a.cell")
    below = page.locator("#matrix-rows tr[data-row]").nth(1).locator("a.cell")
    cells.first.focus()

    page.keyboard.press("ArrowRight")
    assert focused(page) == cells.nth(1).get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert focused(page) == below.nth(1).get_attribute("id")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert focused(page) == cells.first.get_attribute("id")

    cells.first.click()
    expect(page.locator(".adjust-row form")).to_have_count(1, timeout=WAIT)
    expect(page.locator(".adjust-row [name=units]")).to_be_focused(timeout=WAIT)
    page.keyboard.press("Escape")
    expect(page.locator(".adjust-row form")).to_have_count(0, timeout=WAIT)
    assert focused(page) == cells.first.get_attribute("id")


def test_an_adjustment_is_seen_by_the_other_person_and_the_focus_returns(mia, people):
    mia.visit("/inventory")
    people[1].visit("/inventory")
    page, other = mia.page, people[1].page
    cell = page.locator("#matrix-rows a.cell:not([data-level=none])").first.get_attribute("id")
    before = on_hand(page, cell)

    adjust(page, cell, "change", 5, "found")
    page.keyboard.press("Enter")

    expect(other.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 5), timeout=WAIT)
    expect(page.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 5), timeout=WAIT)
    expect(page.locator(f"#{cell}")).to_be_focused(timeout=WAIT)
    expect(page.locator(".adjust-row form")).to_have_count(0, timeout=WAIT)


def test_a_figure_somebody_changed_is_not_overwritten_but_shown(mia, people):
    mia.visit("/inventory")
    people[1].visit("/inventory")
    page, other = mia.page, people[1].page
    cell = page.locator("#matrix-rows a.cell:not([data-level=none])").first.get_attribute("id")
    before = on_hand(page, cell)

    adjust(page, cell, "set", 77, "counted")
    adjust(other, cell, "change", 1, "found")
    other.locator(".adjust-row button.primary").click()
    expect(other.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 1), timeout=WAIT)
    page.locator(".adjust-row button.primary").click()

    problem = page.locator(".adjust-row .problem")
    expect(problem).to_contain_text(f"On hand is {before + 1} now, not {before}", timeout=WAIT)
    expect(problem).to_contain_text("set to 77")
    page.locator(".adjust-row button.primary").click()
    expect(other.locator(f"#{cell} [data-n=on_hand]")).to_have_text("77", timeout=WAIT)


def test_a_sku_page_follows_its_stock_and_holds_new_movements_back(mia, people):
    people[1].visit("/inventory")
    other = people[1].page
    cell = other.locator("#matrix-rows a.cell:not([data-level=none])").first.get_attribute("id")
    code = other.locator("#matrix-rows tr[data-row]", has=other.locator(f"#{cell}")).locator("th a").inner_text()
    mia.visit(f"/stock/{code}")
    page = mia.page
    rows = page.locator("#ledger-rows tr").count()
    before = on_hand(page, cell)

    adjust(other, cell, "change", 2, "found")
    other.locator(".adjust-row button.primary").click()

    expect(page.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 2), timeout=WAIT)
    expect(page.locator("[data-live-pill]")).to_contain_text("1 new movement", timeout=WAIT)
    expect(page.locator(".why").first).to_contain_text("sum checked")
    assert page.locator("#ledger-rows tr").count() == rows
    page.keyboard.press(".")
    expect(page.locator("#ledger-rows tr").first).to_contain_text("+2", timeout=WAIT)
