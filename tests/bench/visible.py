"""From a change to what eight browser screens show of it: 40 holds, adjustments and steps of fulfilment, and their moment in the DOM."""

import contextlib
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.kernel.db import database
from dashboard.kernel.ids import new_key
from dashboard.orders.rows import FIRST_NUMBER
from tests import chromium
from tests.accounts.helpers import api_token, kiosk_secret
from tests.bench import shops, signed_in
from tests.bench.measuring import Figure, percentile
from tests.serving import Client, Served

SCREENS = ("list", "open orders", "order", "matrix", "stock", "today", "wall", "tracking")
ROUNDS = 4
ADJUSTMENTS = 5
PAUSE = 0.3  # seconds between changes: as a person makes them, each the first of its tick
PATIENCE = 5.0
LIVE = "() => Object.keys(window.__live?.seqs ?? {}).length > 0"
WATCH = """() => { window.__seen = [];
  new MutationObserver((changes) => { const at = performance.timeOrigin + performance.now();
    for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) {
      const element = node.nodeType === 1 ? node : node.parentElement;
      for (let part = element?.closest("[id]"); part; part = part.parentElement?.closest("[id]")) window.__seen.push([part.id, at]);
    } }).observe(document.body, {attributes: true, attributeFilter: ["data-v", "class"], childList: true, characterData: true,
      subtree: true}); }"""
SEEN = """([part, since]) => window.__seen.filter(([id, at]) => id.startsWith(part) && at >= since).map(([, at]) => at)[0]"""


@dataclass(frozen=True)
class Wait:
    """One screen and one change, in milliseconds: from the start of its request, and from its answer (which may come later)."""

    screen: str
    since_start: float
    since_answer: float


class Stage:
    """A served shop, somebody who changes things in it, and eight screens that look."""

    def __init__(self, browser: Browser, server: Served, client: Client, cookie: tuple[str, str], kiosk: str):
        self._base, self._client, self._kiosk = f"http://127.0.0.1:{server.port}", client, kiosk
        self._cookie = {"name": cookie[0], "value": cookie[1], "url": self._base}
        self.screens: dict[str, Page] = {name: self._window(browser, name) for name in SCREENS}
        self.waits: list[Wait] = []
        self._paired = False

    def _window(self, browser: Browser, name: str) -> Page:
        """A window of its own, so that none is a hidden tab."""
        context = browser.new_context()
        if name not in ("wall", "tracking"):
            context.add_cookies([self._cookie])  # type: ignore[list-item]
        return context.new_page()

    def ask(self, path: str, body: Any = None) -> Any:
        """The answer of the API as JSON. Raises: RuntimeError, for anything but 2xx."""
        status, text = self._client.get(path) if body is None else self._client.post(path, body, new_key())
        if not 200 <= status < 300:
            raise RuntimeError(f"{path} answered {status}: {text[:300]!r}")
        return json.loads(text)

    def place(self, sku: str) -> dict[str, Any]:
        """A paid order of one unit."""
        line = {"sku": sku, "quantity": 1, "unit_price": "10.00"}
        payment = {"provider": "manual", "authorized": "10.00"}
        return self.ask("/api/v1/orders", {"channel": "web", "currency": "GBP", "lines": [line], "payment": payment})

    def plenty(self) -> Any:
        """The balance with most units of a SKU that is told apart by nothing."""
        items = sorted(self.ask("/api/v1/stock?limit=200")["items"], key=lambda item: -item["available"])
        return next(item for item in items if self.ask(f"/api/v1/skus/{item['sku']}")["tracks"] == "none")

    def open(self, order: dict[str, Any], sku: str) -> None:
        """Put every screen on its page and wait until all are live."""
        paths = {
            "list": "/orders",
            "open orders": "/orders?view=open&sort=-placed",  # by ship-by a new order may stand below the first page
            "order": f"/orders/{order['number']}",
            "matrix": f"/inventory?q={sku}",
            "stock": f"/stock/{sku}",
            "today": "/",
            "wall": "/wall" if self._paired else f"/wall?token={self._kiosk}",
            "tracking": "/t/" + order["tracking_url"].rpartition("/")[2],
        }
        for name, page in self.screens.items():
            page.goto(self._base + paths[name])
        for name, page in self.screens.items():
            _until_live(name, page)
            page.evaluate(WATCH)
        self._paired = True
        time.sleep(PAUSE * 2)

    def change(self, path: str, body: Any, seen: dict[str, str]) -> Any:
        """Make a change; seen: screen to the start of the id of the part that must change there."""
        began = time.time() * 1000
        answer = self.ask(path, body)
        answered = time.time() * 1000
        deadline = time.monotonic() + PATIENCE
        missing = dict(seen)
        time.sleep(PAUSE)  # asking the screens takes what they need to show it
        while missing and time.monotonic() < deadline:
            for name, part in list(missing.items()):
                at = self.screens[name].evaluate(SEEN, [part, began])
                if at is not None:
                    self.waits.append(Wait(name, at - began, at - answered))
                    del missing[name]
            time.sleep(0.02)
        if missing:
            raise TimeoutError(f"{path}: not seen on {missing}")
        return answer


def _until_live(name: str, page: Page) -> None:
    deadline = time.monotonic() + 4 * PATIENCE
    while not page.evaluate(LIVE):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} ({page.url}) does not go live")
        time.sleep(0.05)


def one_round(stage: Stage) -> None:
    """Ten changes: stock, a hold, and one order all the way out of the house."""
    stock = stage.plenty()
    held, order = stage.place(stock["sku"]), stage.place(stock["sku"])
    stage.open(order, stock["sku"])
    for step in range(ADJUSTMENTS):
        body = {"sku": stock["sku"], "location": stock["location"], "change": 1 if step % 2 else -1, "reason": "recount"}
        stage.change("/api/v1/stock/adjustments", body, {"matrix": "stock-", "stock": "stock-"})
    row = f"order-{int(held['number']) - FIRST_NUMBER}"
    stage.change(f"/api/v1/orders/{held['number']}/holds", {"kind": "address"}, {"list": row, "open orders": row, "wall": "tile-"})
    row = f"order-{int(order['number']) - FIRST_NUMBER}"
    lists = {"list": row, "open orders": row, "order": "order-"}
    work = stage.ask(f"/api/v1/orders/{order['number']}/fulfilment-orders")["items"][0]["id"]
    for step in ("release", "picks", "packages"):
        stage.change(f"/api/v1/fulfilment-orders/{work}/{step}", {}, lists)
    body = {"carrier": "DHL", "tracking_number": f"JD{order['number']}"}
    stage.change(f"/api/v1/fulfilment-orders/{work}/shipment", body, {**lists, "tracking": "tracking", "wall": "tile-", "today": "tile-"})


def measure(rounds: int = ROUNDS) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    shops.demo(folder)
    name, _, value = signed_in.cookie(folder)["Cookie"].partition("=")
    app = signed_in.application(folder)
    headers, kiosk = api_token(app, "owner"), kiosk_secret(app)
    with app.app_context():
        database().close()
    server = Served(folder)
    try:
        with contextlib.closing(Client(server.port, headers)) as client, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
            stage = Stage(browser, server, client, (name, value), kiosk)
            for _ in range(rounds):
                one_round(stage)
            browser.close()
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return [_figure(stage.waits)]


def _figure(waits: list[Wait]) -> Figure:
    starts, answers = [wait.since_start for wait in waits], [wait.since_answer for wait in waits]
    by_screen = {name: round(percentile([wait.since_start for wait in waits if wait.screen == name], 0.95), 1)
                 for name in sorted({wait.screen for wait in waits})}  # fmt: skip
    notes = {"p50 ms": round(percentile(starts, 0.5), 1), "worst ms": round(max(starts), 1), "observations": len(waits),
             "from the answer, p50 and p95 ms": [round(percentile(answers, share), 1) for share in (0.5, 0.95)],
             "p95 per screen": by_screen}  # fmt: skip
    return Figure("request to visible on 8 screens, p95", percentile(starts, 0.95), "ms", at_most=150.0, notes=notes)
