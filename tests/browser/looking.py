"""A browser window that notes every fault of the pages it visits, and asks axe about them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.hands import settle
from tests.browser.shop import PASSWORD, Shop

Scheme = Literal["light", "dark"]
AXE = (Path(__file__).with_name("vendor") / "axe-4.14.1.min.js").read_text(encoding="utf-8")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "has_touch": True},
}
WATCH = """addEventListener("securitypolicyviolation", event =>
    (window.__refused ??= []).push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""
RULES = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(rule =>
    `${rule.id}: ${rule.help} | ` + rule.nodes.slice(0, 4).map(node => node.html.slice(0, 160)).join(" | ")))"""


class Visitor:
    """One window of one person."""

    def __init__(self, browser: Browser, shop: Shop, look: str, cookies: Any = None):
        self.shop = shop
        self.scheme: Scheme = LOOKS[look]["color_scheme"]
        self.context = browser.new_context(base_url=shop.url, reduced_motion="reduce", storage_state=cookies, **LOOKS[look])
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._note)

    def come_in(self, role: str) -> None:
        """Sign in as this demo user, open the wall with its token, or stay a visitor."""
        if role == "wall":
            self.page.goto(self.shop.wall)
        elif role != "visitor":
            self.page.goto("/login")
            self.sign_in(self.page, role)
        self.faults.clear()

    def sign_in(self, page: Page, role: str) -> None:
        """Fill in the sign-in page that is open here."""
        form = page.locator("form[name=login_user_form]")
        form.locator("input[name=email]").fill(f"{role}@demo.example")
        form.locator("input[name=password]").fill(PASSWORD)
        form.locator("button, input[type=submit]").first.click()
        page.wait_for_url(lambda url: "/login" not in url)

    def cookies(self) -> Any:
        return self.context.storage_state()

    def visit(self, path: str) -> int:
        """Open the page and wait until it is ready; returns its status. Faults of earlier pages are forgotten."""
        self.faults.clear()
        answer = self.page.goto(path, wait_until="load")
        settle(self.page)
        assert answer is not None
        return answer.status

    def first(self, pattern: str) -> str:
        """Where the first link leads whose address starts so."""
        return self.page.locator(f'main a[href^="{pattern}"]').first.get_attribute("href") or ""

    def refused(self) -> list[str]:
        """What the Content-Security-Policy refused on this page."""
        return self.page.evaluate("window.__refused ?? []")

    def violations(self, schemes: Sequence[Scheme] = ()) -> list[str]:
        """What axe finds wrong with the page as it stands, in each of these colour schemes; in its own if there are none."""
        settle(self.page)
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE)
        if not schemes:
            return self.page.evaluate(RULES)
        found = []
        for scheme in schemes:
            self.page.emulate_media(color_scheme=scheme)
            found += [f"{scheme}: {fault}" for fault in self.page.evaluate(RULES)]
        self.page.emulate_media(color_scheme=self.scheme)
        return found

    def opened(self, schemes: Sequence[Scheme] = ()) -> Iterator[tuple[str, Any]]:
        """What is wrong with the page once everything that folds is open, and with each of its own dialogs."""
        self.page.evaluate("() => { for (const fold of document.querySelectorAll('main details')) fold.open = true; }")
        yield "open", self.violations(schemes) or self.overflow()
        for id_ in self.page.evaluate("() => [...document.querySelectorAll('main dialog[id]')].map((dialog) => dialog.id)"):
            self.page.evaluate("(id) => document.getElementById(id).showModal()", id_)
            yield id_, self.violations(schemes) or self.overflow()
            self.page.evaluate("(id) => document.getElementById(id).close()", id_)

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def close(self) -> None:
        self.context.close()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} {message.location.get('url', '')}")
