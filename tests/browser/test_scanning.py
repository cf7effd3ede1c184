"""Receiving at the dock with a scanner: faster than the server answers, through a lost line, into bins, seen by the one beside."""

import sqlite3

import pytest
from playwright.sync_api import expect

from tests.browser import shop
from tests.browser.driving import Api
from tests.browser.hands import wait_until
from tests.browser.looking import Visitor

SCANS = 60
BURST = """async ([codes, gap]) => {
  const field = document.getElementById("scan-code");
  for (const code of codes) {
    const began = performance.now();
    field.focus();
    for (const key of code) {
      field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      field.value += key;
      await new Promise((done) => setTimeout(done, 1));
    }
    if (field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }))) field.form.requestSubmit();
    await new Promise((done) => setTimeout(done, Math.max(0, gap - (performance.now() - began))));
  }
}"""
"""A scanner: keys a millisecond apart, Enter after each code, a scan every `gap` ms."""
TONES = """window.tones = [];
const Real = OscillatorNode;
window.OscillatorNode = class extends Real { constructor(context, tone) { super(context, tone); tones.push(tone.frequency); } };"""
"""Writes down what is heard, in Hz."""
BIN = "DOCK-1"


@pytest.fixture(scope="module")
def dock(chromium, built_shop, tmp_path_factory):
    """Two receivers at one dock, three SKUs due there, and the address of the page."""
    with shop.serve(built_shop, tmp_path_factory.mktemp("dock")) as served:
        api = Api(served)
        place = api.ask("GET", "stock?limit=1")["items"][0]["location"]
        codes = [code for (code,) in asked(served.folder, "SELECT code FROM sku WHERE kind = 'stock' AND tracks = 'none' LIMIT 3")]
        lines = [{"sku": code, "quantity": 200} for code in codes]
        draft = {"supplier": "Marlow Metalware", "location": place, "lines": lines, "expected_on": "2020-01-01"}
        number = api.ask("POST", "purchase-orders", draft)["number"]
        api.ask("POST", f"purchase-orders/{number}/placement", {})
        api.ask("POST", f"locations/{place}/bins", {"codes": [BIN]})
        first = Visitor(chromium, served, "light")
        first.come_in("ops")
        second = Visitor(chromium, served, "phone", first.cookies())
        yield first, second, f"/receiving?location={place}", codes, served.folder, number
        first.close()
        second.close()


@pytest.fixture
def visitors_cookies(dock, chromium):
    """The sign-in of another person."""
    other = Visitor(chromium, dock[0].shop, "light")
    other.come_in("warehouse")
    yield other.context.cookies()
    other.close()


def asked(folder, sql, *values):
    """Rows of the served shop's database."""
    with sqlite3.connect(f"file:{folder / 'orderdeck.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(sql, values).fetchall()


def scanned(folder, number) -> list[str]:
    """The SKUs received of the purchase order, one by one, as they went on the shelf."""
    rows = asked(
        folder,
        "SELECT s.code, r.units FROM purchase_receipt r JOIN purchase_order_line l ON l.id = r.line_id JOIN sku s ON s.id = l.sku_id"
        " JOIN purchase_order p ON p.id = l.purchase_order_id WHERE p.number = ? ORDER BY r.id",
        number,
    )
    assert {units for _, units in rows} <= {1}
    return [code for code, _ in rows]


def test_ten_scans_a_second_are_received_in_order_and_the_other_receiver_sees_them(dock):
    first, second, path, codes, folder, number = dock
    for person in (first, second):
        person.visit(path)
    typed = [codes[(place * place) % 3] for place in range(SCANS)]
    due = second.page.locator("[id^=due-received-]").first

    first.page.evaluate(BURST, [typed, 100])

    expect(due).to_contain_text(f"{SCANS} of 600")
    assert scanned(folder, number) == typed
    expect(first.page.locator("#scan-waiting")).to_be_hidden()
    expect(first.page.locator("#scan-missed")).to_be_hidden()
    expect(first.page.locator("#scan-code")).to_be_focused()
    for person in (first, second):
        assert (person.refused(), [fault for fault in person.faults if fault.startswith("script:")]) == ([], [])


def test_scans_wait_out_a_lost_line_and_a_reload_and_a_wrong_one_stays_listed(dock):
    first, _, path, codes, folder, number = dock
    first.visit(path)
    before = len(scanned(folder, number))

    first.context.set_offline(True)
    first.page.evaluate(BURST, [[codes[0], codes[1], "NOT-A-SKU", codes[2]], 30])
    expect(first.page.locator("#scan-waiting")).to_contain_text("4 scans wait")
    first.context.set_offline(False)
    first.visit(path)

    expect(first.page.locator("#scan-missed")).to_contain_text("NOT-A-SKU")
    expect(first.page.locator("#scan-result")).to_contain_text(codes[2])
    assert scanned(folder, number)[before:] == codes


def test_what_follows_a_scanned_bin_goes_into_it_and_each_answer_is_heard(dock):
    _, second, path, codes, folder, _ = dock
    second.page.add_init_script(TONES)
    second.visit(path)
    second.page.locator("#scan-code").press("Shift")  # a first key: before it a browser lets no tone be heard

    second.page.evaluate(BURST, [[BIN.lower(), codes[0], codes[1], "NOT-A-SKU"], 20])

    expect(second.page.locator("#scan-missed")).to_contain_text("NOT-A-SKU")
    expect(second.page.locator("#scan-bin")).to_have_value(BIN)
    put = "SELECT s.code, m.units FROM bin_movement m JOIN sku s ON s.id = m.sku_id JOIN bin b ON b.id = m.bin_id WHERE b.code = ?"
    assert asked(folder, f"{put} ORDER BY m.id", BIN) == [(codes[0], 1), (codes[1], 1)]
    wait_until(second.page, lambda: second.page.evaluate("tones") != [880, 880, 880, 220, 220] and second.page.evaluate("tones"))
    assert [fault for fault in second.faults if fault.startswith("script:")] == []


def test_what_waits_is_sent_under_nobody_elses_sign_in(dock, visitors_cookies):
    first, _, path, codes, folder, number = dock
    first.visit(path)
    before, mine = len(scanned(folder, number)), first.context.cookies()

    first.context.set_offline(True)
    first.page.evaluate(BURST, [[codes[0]], 20])
    expect(first.page.locator("#scan-waiting")).to_contain_text("1 scan waits")
    first.context.clear_cookies()
    first.context.add_cookies(visitors_cookies)
    first.context.set_offline(False)

    expect(first.page.locator("#scan-waiting")).to_contain_text("somebody else")
    assert len(scanned(folder, number)) == before
    first.context.clear_cookies()
    first.context.add_cookies(mine)
    first.visit(path)
    expect(first.page.locator("#scan-result")).to_contain_text("+1")
    assert scanned(folder, number)[before:] == [codes[0]]
