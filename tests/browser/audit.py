"""Lighthouse and the HTML checker over the demo's pages, as figures: `make audit`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import chromium
from tests.browser import checker, shop
from tests.browser.looking import Visitor
from tests.browser.pages import PAGES, path_of

LIGHTHOUSE = "lighthouse@12.8.2"
LOOKED_AT = ("login", "list", "order", "inventory", "stock", "wall", "tracking")
PHONE = ("login", "tracking")
"""Measured as on a phone too; the tracking page only so."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TRIES = 3  # a busy machine paints too late for Lighthouse now and then
FLAGS = "--headless=new " + " ".join(chromium.FLAGS)


def lighthouse(url: str, cookie: str, file: Path, *, mobile: bool) -> dict:
    """Returns Lighthouse's report.

    Raises: RuntimeError, when it fails again and again.
    """
    headers = file.with_suffix(".headers.json")
    headers.write_text(json.dumps({"Cookie": cookie}), encoding="utf-8")
    command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={file}", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--skip-audits=is-crawlable", f"--extra-headers={headers}"]
    command += [] if mobile else ["--preset=desktop"]
    env = {**os.environ, "CHROME_PATH": chromium.find() or ""}
    for _ in range(TRIES):
        said = subprocess.run(command, env=env, capture_output=True, text=True)
        if said.returncode == 0:
            return json.loads(file.read_text(encoding="utf-8"))
    raise RuntimeError(f"Lighthouse could not measure {url}: {said.stderr[-2000:]}")


def line(name: str, report: dict) -> str:
    scores = "  ".join(f"{round(100 * report['categories'][key]['score']):>3}" for key in CATEGORIES)
    audits = report["audits"]
    figures = (
        f"LCP {audits['largest-contentful-paint']['numericValue']:5.0f} ms  "
        f"TBT {audits['total-blocking-time']['numericValue']:3.0f} ms  CLS {audits['cumulative-layout-shift']['numericValue']:.3f}"
    )
    return f"{name:<17}{scores}   {figures}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        built = shop.build(Path(folder) / "built")
        with shop.serve(built, Path(folder) / "served") as served, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
            pages = []
            for name, (role, _) in PAGES.items():
                visitor = Visitor(browser, served, "light")
                visitor.come_in(role)
                path = path_of(name, visitor)
                file = Path(folder) / f"{name.replace(' ', '_')}.html"
                file.write_text(visitor.context.request.get(path).text(), encoding="utf-8")
                cookie = "; ".join(f"{found['name']}={found['value']}" for found in visitor.context.cookies())
                pages.append((name, path if path.startswith("http") else served.url + path, cookie, file))
                visitor.close()
            found = checker.errors([file for *_, file in pages])
            print(f"HTML checker {checker.VERSION}: {len(found)} errors on {len(pages)} pages", *found, sep="\n")
            print(f"\n{LIGHTHOUSE}: {', '.join(CATEGORIES)}")
            for name, url, cookie, file in pages:
                for mobile in (False, True):
                    if name in LOOKED_AT and (name in PHONE if mobile else name != "tracking"):
                        report = lighthouse(url, cookie, file.with_suffix(".lh.json"), mobile=mobile)
                        print(line(f"{name}{', phone' if mobile else ''}", report), flush=True)


if __name__ == "__main__":
    sys.exit(main())
