"""The matrix as a spreadsheet in a real browser: keys, saving, undo, and two people in one cell."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.looking import Visitor

WAIT = 5000
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


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def figure(page, cell: str):
    return page.locator(f"#{cell} [data-n=on_hand]")


def on_hand(page, cell: str) -> int:
    return int(re.sub(r"\D", "", figure(page, cell).inner_text()))


def type_in(page, cell: str, text: str, end: str = "Enter") -> None:
    page.locator(f"#{cell}").focus()
    page.keyboard.type(text, delay=60)
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
    assert focused(page) == name(page, 1, 1)
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.matches('th > a')")
    page.keyboard.press("End")
    assert focused(page) == cells(page, 1).last.get_attribute("id")
    page.keyboard.press("PageDown")
    assert focused(page) == cells(page, 11).last.get_attribute("id")
    page.keyboard.press("Control+Home")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 1
    assert page.locator("[data-matrix] tr[data-row] [tabindex='0']").count() == 1
    assert page.locator("[data-matrix] tr[data-row] :is(th > a, a.cell):not([tabindex])").count() == 0


def test_a_figure_is_typed_saved_seen_by_the_other_and_taken_back(both):
    page, other = both
    cell, below = name(page, 0), name(page, 1)
    before = on_hand(page, cell)

    type_in(page, cell, "91")

    assert focused(page) == below
    expect(figure(other, cell)).to_have_text("91", timeout=WAIT)
    expect(field(page, cell)).to_have_count(0, timeout=WAIT)
    expect(page.locator("#toasts")).to_contain_text("91 on hand", timeout=WAIT)
    page.keyboard.press("Control+z")
    expect(figure(other, cell)).to_have_text(str(before), timeout=WAIT)
    expect(page.locator("#toasts")).to_contain_text("Undone", timeout=WAIT)


def test_enter_edits_what_is_there_escape_gives_up_and_tab_goes_right(both):
    page = both[0]
    cell, right = name(page, 2), name(page, 2, 1)
    before = on_hand(page, cell)
    page.locator(f"#{cell}").focus()

    page.keyboard.press("Enter")
    expect(field(page, cell)).to_have_value(str(before))
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(field(page, cell)).to_have_count(0)
    assert (focused(page), on_hand(page, cell)) == (cell, before)

    type_in(page, cell, str(before + 1), "Tab")
    assert focused(page) == right
    expect(figure(page, cell)).to_have_text(str(before + 1), timeout=WAIT)


def test_two_people_in_one_cell_see_each_other_and_choose(both, people):
    page, other = both
    cell = name(page, 3)
    before = on_hand(page, cell)
    page.locator(f"#{cell}").focus()
    page.keyboard.type("41", delay=60)

    type_in(other, cell, str(before + 3))
    expect(note(page, cell)).to_have_text(f"Changed: now {before + 3}, was {before}", timeout=WAIT)
    expect(field(page, cell)).to_be_focused()
    expect(field(page, cell)).to_have_value("41")

    page.keyboard.press("Enter")
    conflict = page.locator(".cell-conflict")
    expect(conflict).to_contain_text(f"There now: {before + 3}, was {before}. Yours: 41.", timeout=WAIT)
    expect(conflict.locator("button").first).to_be_focused()
    assert people[0].violations() == []
    page.keyboard.press("Enter")
    expect(field(page, cell)).to_have_count(0)
    assert on_hand(page, cell) == before + 3

    page.keyboard.type("43", delay=60)
    type_in(other, cell, str(before + 4))
    expect(note(page, cell)).to_contain_text(f"now {before + 4}", timeout=WAIT)
    field(page, cell).press("Enter")
    conflict.get_by_text("Apply mine, 43").click()
    expect(figure(other, cell)).to_have_text("43", timeout=WAIT)
    expect(field(page, cell)).to_have_count(0, timeout=WAIT)


@pytest.mark.parametrize(("typed", "said"), [("-4", "between 0 and"), ("1.5", "integer"), ("99999999999", "whole number")])
def test_a_figure_that_cannot_be_says_why_and_stays(both, typed, said):
    page = both[0]
    cell = name(page, 4)
    before = on_hand(page, cell)
    page.locator(f"#{cell}").focus()
    page.keyboard.press("F2")
    field(page, cell).fill(typed)

    page.keyboard.press("Enter")

    expect(note(page, cell)).to_contain_text(said, timeout=WAIT, ignore_case=True)
    expect(field(page, cell)).to_have_attribute("aria-invalid", "true")
    expect(field(page, cell)).to_have_value(typed)
    page.keyboard.press("Escape")
    assert on_hand(page, cell) == before


def test_a_barcode_scanned_over_a_cell_is_no_count(both):
    page = both[0]
    cell = name(page, 5)
    before = on_hand(page, cell)
    page.locator(f"#{cell}").focus()
    page.keyboard.press("F2")
    field(page, cell).fill("")

    page.evaluate(SCAN, "50123456")

    expect(page.locator("#toasts")).to_contain_text("That was a scan", timeout=WAIT)
    expect(field(page, cell)).to_have_count(0)
    assert on_hand(page, cell) == before
