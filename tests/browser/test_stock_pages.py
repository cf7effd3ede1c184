"""Stock in real browsers: the matrix by keyboard, an adjustment another person sees, a conflict shown with both figures."""

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.hands import digits, stroke
from tests.browser.looking import Visitor


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


def on_hand(page, cell: str) -> int:
    return digits(page.locator(f"#{cell} [data-n=on_hand]").inner_text())


def adjust(page, cell: str, how: str, units: int, reason: str) -> None:
    page.locator(f"#{cell}").click()
    form = page.locator(".adjust-row form")
    expect(form).to_have_count(1)
    form.locator("[name=how]").select_option(how)
    form.locator("[name=units]").fill(str(units))
    form.locator("[name=reason]").select_option(reason)


def test_keys_are_explained_where_there_are_keys(chromium, busy, mia):
    phone = Visitor(chromium, busy, "phone", mia.cookies())
    for visitor, shown, hidden in ((mia, "by-keys", "by-touch"), (phone, "by-touch", "by-keys")):
        visitor.visit("/inventory")
        expect(visitor.page.locator(f".{shown}")).to_be_visible()
        expect(visitor.page.locator(f".{hidden}")).to_be_hidden()
    phone.close()


def test_arrows_move_between_cells_a_click_opens_the_form_and_escape_closes_it(mia):
    mia.visit("/inventory")
    page = mia.page
    cells = page.locator("#matrix-rows tr[data-row]").first.locator("a.cell")
    below = page.locator("#matrix-rows tr[data-row]").nth(1).locator("a.cell")
    cells.first.focus()

    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(below.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(cells.first).to_be_focused()

    cells.first.click()
    expect(page.locator(".adjust-row form")).to_have_count(1)
    expect(page.locator(".adjust-row [name=units]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".adjust-row form")).to_have_count(0)
    expect(cells.first).to_be_focused()


def test_an_adjustment_is_seen_by_the_other_person_and_the_focus_returns(mia, people):
    mia.visit("/inventory")
    people[1].visit("/inventory")
    page, other = mia.page, people[1].page
    cell = page.locator("#matrix-rows a.cell:not([data-level=none])").first.get_attribute("id")
    before = on_hand(page, cell)

    adjust(page, cell, "change", 5, "found")
    page.keyboard.press("Enter")

    expect(other.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 5))
    expect(page.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 5))
    expect(page.locator(f"#{cell}")).to_be_focused()
    expect(page.locator(".adjust-row form")).to_have_count(0)


def test_a_figure_somebody_changed_is_not_overwritten_but_shown(mia, people):
    mia.visit("/inventory")
    people[1].visit("/inventory")
    page, other = mia.page, people[1].page
    cell = page.locator("#matrix-rows a.cell:not([data-level=none])").first.get_attribute("id")
    before = on_hand(page, cell)
    mine = before + 40

    adjust(page, cell, "set", mine, "counted")
    adjust(other, cell, "change", 1, "found")
    other.locator(".adjust-row button.primary").click()
    expect(other.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 1))
    page.locator(".adjust-row button.primary").click()

    problem = page.locator(".adjust-row .problem")
    expect(problem).to_contain_text(f"On hand is {before + 1} now, not {before}")
    expect(problem).to_contain_text(f"set to {mine}")
    page.locator(".adjust-row button.primary").click()
    expect(other.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(mine))


def test_a_sku_page_follows_its_stock_and_holds_new_movements_back(mia, people):
    people[1].visit("/inventory")
    other = people[1].page
    cell = other.locator("#matrix-rows a.cell:not([data-level=none])").first.get_attribute("id")
    code = other.locator("#matrix-rows tr[data-row]", has=other.locator(f"#{cell}")).locator("th a").inner_text()
    mia.visit(f"/stock/{code}")
    page = mia.page
    rows = page.locator("#ledger-rows tr")
    newest, count = rows.first.get_attribute("id"), rows.count()
    before = on_hand(page, cell)

    adjust(other, cell, "change", 2, "found")
    other.locator(".adjust-row button.primary").click()

    expect(page.locator(f"#{cell} [data-n=on_hand]")).to_have_text(str(before + 2))
    expect(page.locator("[data-live-pill]")).to_contain_text("1 new movement")
    expect(page.locator(".why").first).to_contain_text("sum checked")
    assert (rows.first.get_attribute("id"), rows.count()) == (newest, count)
    stroke(page, ".")
    expect(rows.first).to_contain_text("+2")
