"""The matrix as a spreadsheet in a real browser: keys, saving, undo, and two people in one cell."""

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.hands import digits
from tests.browser.looking import Visitor

SCAN = """(text) => { for (const key of [...text, "Enter"]) {
    const field = document.activeElement;
    field.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
    if (key.length === 1 && field.localName === "input") field.value += key;
} }"""


@pytest.fixture(scope="module")
def people(chromium, built_shop, tmp_path_factory):
    """Two signed-in windows on a shop they may change."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("matrix")) as served:
        first = Visitor(chromium, served, "light")
        first.come_in("ops")
        second = Visitor(chromium, served, "light", first.cookies())
        yield first, second
        first.close()
        second.close()


@pytest.fixture
def both(people):
    """Their pages, freshly on the matrix; afterwards nothing was refused by the policy or failed in a script."""
    for person in people:
        person.visit("/inventory")
    yield people[0].page, people[1].page
    for person in people:
        assert person.refused() == []
        assert [fault for fault in person.faults if fault.startswith("script:")] == []


def cells(page, row: int):
    return page.locator("#matrix-rows tr[data-row]").nth(row).locator("a.cell")


def name(page, row: int, column: int = 0) -> str:
    return cells(page, row).nth(column).get_attribute("id")


def figure(page, cell: str):
    return page.locator(f"#{cell} [data-n=on_hand]")


def on_hand(page, cell: str) -> int:
    return digits(figure(page, cell).inner_text())


def type_in(page, cell: str, text: str, end: str = "Enter") -> None:
    page.locator(f"#{cell}").focus()
    page.keyboard.type(text, delay=60)
    expect(field(page, cell)).to_have_value(text)  # the first time the editor has to be fetched
    page.keyboard.press(end)


def field(page, cell: str):
    return page.locator(f"#edit-{cell}")


def note(page, cell: str):
    return page.locator(f"#edit-{cell}-note")


def test_the_grid_is_one_tab_stop_and_keys_move_in_it(both, people):
    page = both[0]
    cells(page, 0).first.focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cells(page, 1).nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(page.locator("#matrix-rows tr[data-row]").nth(1).locator("th > a")).to_be_focused()
    page.keyboard.press("End")
    expect(cells(page, 1).last).to_be_focused()
    page.keyboard.press("PageDown")
    expect(cells(page, 11).last).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(page.locator("#matrix-rows tr[data-row]").first.locator(":focus")).to_have_count(1)
    expect(page.locator("[data-matrix] tr[data-row] [tabindex='0']")).to_have_count(1)
    expect(page.locator("[data-matrix] tr[data-row] :is(th > a, a.cell):not([tabindex])")).to_have_count(0)


def test_a_figure_is_typed_saved_seen_by_the_other_and_taken_back(both):
    page, other = both
    cell, below = name(page, 0), name(page, 1)
    before = on_hand(page, cell)
    counted = before + 30

    type_in(page, cell, str(counted))

    expect(page.locator(f"#{below}")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text(f"{counted} on hand")
    expect(field(page, cell)).to_have_count(0)
    expect(figure(other, cell)).to_have_text(str(counted))
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    expect(figure(other, cell)).to_have_text(str(before))


def test_enter_edits_what_is_there_escape_gives_up_and_tab_goes_right(both):
    page = both[0]
    cell, right = name(page, 2), name(page, 2, 1)
    before = on_hand(page, cell)
    page.locator(f"#{cell}").focus()

    page.keyboard.press("Enter")
    expect(field(page, cell)).to_have_value(str(before))
    page.keyboard.type("7")
    expect(field(page, cell)).to_have_value("7")
    page.keyboard.press("Escape")
    expect(field(page, cell)).to_have_count(0)
    expect(page.locator(f"#{cell}")).to_be_focused()
    expect(figure(page, cell)).to_have_text(str(before))

    type_in(page, cell, str(before + 1), "Tab")
    expect(page.locator(f"#{right}")).to_be_focused()
    expect(figure(page, cell)).to_have_text(str(before + 1))


def test_two_people_in_one_cell_see_each_other_and_choose(both, people):
    page, other = both
    cell = name(page, 3)
    before = on_hand(page, cell)
    mine, again = before + 30, before + 50
    page.locator(f"#{cell}").focus()
    page.keyboard.type(str(mine), delay=60)
    expect(field(page, cell)).to_have_value(str(mine))

    type_in(other, cell, str(before + 3))
    expect(note(page, cell)).to_have_text(f"Changed: now {before + 3}, was {before}")
    expect(field(page, cell)).to_be_focused()
    expect(field(page, cell)).to_have_value(str(mine))

    page.keyboard.press("Enter")
    conflict = page.locator(".cell-conflict")
    expect(conflict).to_contain_text(f"There now: {before + 3}, was {before}. Yours: {mine}.")
    expect(conflict.locator("button").first).to_be_focused()
    assert people[0].violations() == []
    page.keyboard.press("Enter")
    expect(field(page, cell)).to_have_count(0)
    expect(figure(page, cell)).to_have_text(str(before + 3))

    expect(page.locator(f"#{cell}")).to_be_focused()
    page.keyboard.type(str(again), delay=60)
    type_in(other, cell, str(before + 4))
    expect(note(page, cell)).to_contain_text(f"now {before + 4}")
    field(page, cell).press("Enter")
    conflict.get_by_text(f"Apply mine, {again}").click()
    expect(figure(other, cell)).to_have_text(str(again))
    expect(field(page, cell)).to_have_count(0)


@pytest.mark.parametrize(("typed", "said"), [("-4", "between 0 and"), ("1.5", "integer"), ("99999999999", "whole number")])
def test_a_figure_that_cannot_be_says_why_and_stays(both, typed, said):
    page = both[0]
    cell = name(page, 4)
    before = on_hand(page, cell)
    page.locator(f"#{cell}").focus()
    page.keyboard.press("F2")
    field(page, cell).fill(typed)

    page.keyboard.press("Enter")

    expect(note(page, cell)).to_contain_text(said, ignore_case=True)
    expect(field(page, cell)).to_have_attribute("aria-invalid", "true")
    expect(field(page, cell)).to_have_value(typed)
    page.keyboard.press("Escape")
    expect(figure(page, cell)).to_have_text(str(before))


def test_a_barcode_scanned_over_a_cell_is_no_count(both):
    page = both[0]
    cell = name(page, 5)
    before = on_hand(page, cell)
    page.locator(f"#{cell}").focus()
    page.keyboard.press("F2")
    field(page, cell).fill("")

    page.evaluate(SCAN, "50123456")

    expect(page.locator("#toasts")).to_contain_text("That was a scan")
    expect(field(page, cell)).to_have_count(0)
    expect(figure(page, cell)).to_have_text(str(before))
