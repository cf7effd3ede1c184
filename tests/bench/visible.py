"""From a change to what eight browser screens show of it: the next frame after the row's new version, p95."""

import contextlib
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests import chromium
from tests.accounts.helpers import api_token
from tests.bench import shops, signed_in
from tests.bench.measuring import Figure, percentile
from tests.serving import Client, Served

SCREENS = 8
CHANGES = 30
WATCH = """() => { window.__seen = {};
  const note = (row) => requestAnimationFrame(() => {
    window.__seen[row.id + ':' + row.dataset.v] ??= performance.timeOrigin + performance.now(); });
  new MutationObserver((changes) => { for (const change of changes) {
    const row = change.target.closest('tr[data-v]');
    if (row) note(row);
  } }).observe(document.querySelector('#orders-rows'), {attributes: true, childList: true, subtree: true}); }"""
LIVE = "() => Object.keys(window.__live?.seqs ?? {}).length > 0"


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    shops.demo(folder)
    cookie = signed_in.cookie(folder)["Cookie"].split("=", 1)
    headers = api_token(signed_in.application(folder), "ops_manager")
    server = Served(folder)
    try:
        with contextlib.closing(Client(server.port, headers)) as client, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
            base = f"http://127.0.0.1:{server.port}"
            pages = [_open(browser, base, cookie) for _ in range(SCREENS)]
            waits = [wait for place in range(CHANGES) for wait in _one_change(client, pages, place)]
            browser.close()
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    notes = {"median ms": round(percentile(waits, 0.5), 1), "worst ms": round(max(waits), 1), "observations": len(waits)}
    return [Figure(f"change to visible on {SCREENS} screens, p95", percentile(waits, 0.95), "ms", at_most=150.0, notes=notes)]


def _open(browser: Any, base: str, cookie: list[str]) -> Page:
    context = browser.new_context()
    context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": base}])
    page = context.new_page()
    page.goto(f"{base}/orders?view=open")
    page.wait_for_function(LIVE)
    page.evaluate(WATCH)
    return page


def _one_change(client: Client, pages: list[Page], place: int) -> list[float]:
    """Milliseconds from sending the change to each screen's frame that shows it."""
    number = pages[0].locator("#orders-rows tr[data-v]").nth(place % 10).get_attribute("id").removeprefix("order-")
    row = f"#order-{number}"
    shown = pages[0].locator(row).inner_text().split()
    order = next(word.lstrip("#") for word in shown if word.lstrip("#").isdigit() and len(word.lstrip("#")) >= 5)
    sent = time.time() * 1000
    status, body = client.post(f"/api/v1/orders/{order}/notes", {"body": "Looked at."}, key=f"bench-{place}-{sent}")
    if status >= 300:
        raise RuntimeError(f"the note was refused: {status} {body[:200]!r}")
    deadline = time.monotonic() + 5
    found: list[float] = []
    while len(found) < len(pages) and time.monotonic() < deadline:
        found = [at for page in pages if (at := page.evaluate(f"""() => {{ const row = document.querySelector('{row}');
            return Math.max(0, ...Object.entries(window.__seen).filter(([key]) => key.startsWith('order-{number}:')).map(([, at]) => at)
              .filter((at) => at > {json.dumps(sent)})) }}"""))]  # fmt: skip
        time.sleep(0.02)
    if len(found) < len(pages):
        raise TimeoutError(f"{len(pages) - len(found)} screens did not show order {order}")
    time.sleep(0.3)
    return [at - sent for at in found]
