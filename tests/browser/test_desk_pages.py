"""The desk in real browsers: exceptions by keyboard, seen by a second person; comments that name somebody while somebody types."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.hands import stroke, wait_until, walk_to
from tests.browser.looking import Visitor

FRESH_BADGE = """async () => {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  return page.querySelector('[data-facet="nav/exceptions"]').innerText.trim();
}"""

LEFT = re.compile("moved to Snoozed|no longer on this page")
"""Of a row that is snoozed elsewhere: by the change itself, or by a list that had to be fetched again."""


@pytest.fixture(scope="module")
def busy(built_shop, tmp_path_factory):
    """A shop in which these tests may change things."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("busy_desk")) as found:
        yield found


@pytest.fixture(scope="module")
def people(chromium, busy):
    """Two windows: Mia's, who runs operations, and Sam's of support."""
    mia, sam = Visitor(chromium, busy, "light"), Visitor(chromium, busy, "light")
    mia.come_in("ops")
    sam.come_in("support")
    yield mia, sam
    mia.close()
    sam.close()


@pytest.fixture(autouse=True)
def faultless(people):
    for person in people:
        person.faults.clear()
    yield
    for person in people:
        assert person.faults == []
        assert person.refused() == []


def queue(visitor: Visitor):
    """The list, with something in it."""
    visitor.visit("/exceptions")
    rows = visitor.page.locator("#exceptions-rows > tr")
    expect(rows.nth(1)).to_be_visible()
    return rows


def test_an_exception_is_taken_and_snoozed_by_keyboard_and_the_other_screen_follows(people):
    mia, sam = people
    rows = queue(mia)
    queue(sam)
    page, other = mia.page, sam.page
    badge = other.locator('[data-facet="nav/exceptions"]').first

    walk_to(page, rows.nth(0))
    walk_to(page, rows.nth(1))
    row = rows.nth(1).get_attribute("id")
    pane = page.locator(f"#exception-pane-{row.removeprefix('exception-')}")
    expect(pane).to_be_visible()
    stroke(page, "i")
    expect(pane).to_contain_text("Mia Ops")
    expect(other.locator(f"#{row}")).to_contain_text("Mia Ops")
    assert mia.violations() == []

    stroke(page, "s")
    expect(page.locator("#toasts")).to_contain_text("Snoozed until")
    expect(other.locator(f"#{row}")).to_have_class("is-gone")
    expect(other.locator(f"#{row} [data-left-note]")).to_have_text(LEFT)
    wait_until(other, lambda: badge.inner_text() != other.evaluate(FRESH_BADGE) and "the badge is not what a reload shows")


def test_selected_exceptions_are_resolved_together(people):
    mia, sam = people
    rows = queue(mia)
    page = mia.page
    walk_to(page, rows.first)
    title, kind = (rows.first.locator(f".lead > {part}").bounding_box() for part in ("a", ".badge"))
    assert title["x"] == kind["x"] and title["y"] + title["height"] <= kind["y"]
    number = rows.first.get_attribute("id").removeprefix("exception-")
    stroke(page, "x")
    page.locator("#bulk [name=note]").fill("all seen")
    assert mia.violations() == []
    page.locator("#bulk").get_by_role("button", name="Resolve").click()
    expect(page.locator("#bulk-result")).to_contain_text("Resolved 1 exception.")
    assert sam.visit(f"/exceptions/{number}") == 200
    expect(sam.page.locator("#exception-pane")).to_contain_text("all seen")


def test_what_somebody_types_outlives_the_comments_of_others_and_a_name_reaches_its_person(busy, people):
    mia, sam = people
    ops, api = Api(busy), Api(busy, "support")
    page, today = sam.page, mia.page
    number = ops.order(ops.stocked()[0])["number"]
    mia.visit("/")
    sam.visit(f"/orders/{number}")
    field = page.locator("#note-body")
    field.click()
    page.keyboard.type("Please look, ")
    for count in range(5):
        api.ask("POST", f"orders/{number}/notes", {"body": f"meanwhile {count}"})
    expect(page.locator(".timeline").first).to_contain_text("meanwhile 4")
    expect(field).to_be_focused()
    expect(field).to_have_value("Please look, ")

    page.keyboard.type("@mia", delay=40)
    expect(page.locator("#mention-list li")).to_have_count(1)
    assert sam.violations() == []
    page.keyboard.press("Enter")
    expect(field).to_have_value("Please look, @mia.ops ")
    page.locator("#note-form button").click()
    expect(page.locator(".mention").first).to_have_text("@mia.ops")
    expect(field).to_have_value("")

    unread = today.locator(".is-unread a")
    expect(unread).to_have_text(f"Sam Support mentioned you on #{number}")
    unread.click()
    expect(today.locator("#history")).to_contain_text("A comment names you.")
    today.locator(".unread-bar button").click()
    expect(today.locator("#history .unread-bar")).to_have_count(0)
