"""The desk in real browsers: exceptions by keyboard, seen by a second person; comments that name somebody while somebody types."""

import pytest
from playwright.sync_api import expect

from dashboard.config import from_environment
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.orders.commands import OpenException
from dashboard.orders.exceptions import open_exception
from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.looking import Visitor
from tests.conftest import running

WAIT = 20_000


@pytest.fixture(scope="module")
def busy(built_shop, tmp_path_factory):
    """A shop in which these tests may change things, with exceptions that no clock brings or takes away."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("busy_desk")) as found:
        with running(from_environment({"ORDERDECK_INSTANCE": str(found.folder)})):
            for box in range(4):
                db.write(open_exception, OpenException("pack_error", f"Box {box}: packing found 1 wrong item"), system("desk"), clock.now())
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
    expect(rows.nth(1)).to_be_visible(timeout=WAIT)
    return rows


def test_an_exception_is_taken_and_snoozed_by_keyboard_and_the_other_screen_follows(people):
    mia, sam = people
    rows = queue(mia)
    queue(sam)
    page, other = mia.page, sam.page
    badge = other.locator('[data-facet="nav/exceptions"]')
    before = int(badge.inner_text())

    page.keyboard.press("j")
    page.wait_for_timeout(200)
    page.keyboard.press("j")
    row = rows.nth(1).get_attribute("id")
    pane = page.locator(f"#exception-pane-{row.removeprefix('exception-')}")
    expect(pane).to_be_visible(timeout=WAIT)
    page.keyboard.press("i")
    expect(other.locator(f"#{row}")).to_contain_text("Mia Ops", timeout=WAIT)
    assert mia.violations() == []

    page.keyboard.press("s")
    expect(page.locator("#toasts")).to_contain_text("Snoozed until", timeout=WAIT)
    expect(other.locator(f"#{row}")).to_have_class("is-gone", timeout=WAIT)
    expect(other.locator(f"#{row} [data-left-note]")).to_have_text("moved to Snoozed", timeout=WAIT)
    expect(badge).to_have_text(str(before - 1), timeout=WAIT)


def test_selected_exceptions_are_resolved_together(people):
    mia, sam = people
    rows = queue(mia)
    page = mia.page
    page.keyboard.press("j")
    page.wait_for_timeout(200)
    page.keyboard.press("x")
    page.locator("#bulk [name=note]").fill("all seen")
    assert mia.violations() == []
    page.locator("#bulk").get_by_role("button", name="Resolve").click()
    expect(page.locator("#bulk-result")).to_contain_text("Resolved 1 exception.", timeout=WAIT)
    assert sam.visit(f"/exceptions/{rows.first.get_attribute('id').removeprefix('exception-')}") == 200
    expect(sam.page.locator("#exception-pane")).to_contain_text("all seen")


def test_what_somebody_types_outlives_the_comments_of_others_and_a_name_reaches_its_person(busy, people):
    mia, sam = people
    api = Api(busy, "support")
    page, today = sam.page, mia.page
    sam.visit("/orders?view=open")
    number = page.locator("#orders-rows [data-row-link]").first.inner_text().lstrip("#")
    mia.visit("/")
    sam.visit(f"/orders/{number}")
    field = page.locator("#note-body")
    field.click()
    page.keyboard.type("Please look, ", delay=20)
    for count in range(5):
        api.ask("POST", f"orders/{number}/notes", {"body": f"meanwhile {count}"})
    expect(page.locator(".timeline").first).to_contain_text("meanwhile 4", timeout=WAIT)
    assert (page.evaluate("document.activeElement.id"), field.input_value()) == ("note-body", "Please look, ")

    page.keyboard.type("@mia", delay=40)
    expect(page.locator("#mention-list li")).to_have_count(1, timeout=WAIT)
    assert sam.violations() == []
    page.keyboard.press("Enter")
    assert field.input_value() == "Please look, @mia.ops "
    page.locator("#note-form button").click()
    expect(page.locator(".mention").first).to_have_text("@mia.ops", timeout=WAIT)
    expect(field).to_have_value("", timeout=WAIT)

    unread = today.locator(".is-unread a")
    expect(unread).to_have_text(f"Sam Support mentioned you on #{number}", timeout=WAIT)
    unread.click()
    expect(today.locator("#history")).to_contain_text("A comment names you.")
    today.locator(".unread-bar button").click()
    expect(today.locator("#history .unread-bar")).to_have_count(0, timeout=WAIT)
