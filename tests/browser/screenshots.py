"""Take the pictures of README.md: `make shots`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import chromium
from tests.browser import shop
from tests.browser.looking import Visitor
from tests.browser.pages import where

SHOTS = Path(__file__).with_name("shots")
WIDE = {"width": 1280, "height": 720}
PICTURES = {
    "orders": ("ops", "/orders", "light", WIDE),
    "order": ("ops", "/orders?view=shipped -> /orders/1", "dark", {"width": 1280, "height": 860}),
    "wall": ("wall", "/wall", "light", WIDE),
    "tracking": ("visitor", "tracking", "phone", {"width": 390, "height": 720}),
}
"""File -> (role, path, look, window)."""


def take(browser, served: shop.Shop, file: str) -> Path:
    role, path, look, window = PICTURES[file]
    visitor = Visitor(browser, served, look)
    visitor.page.set_viewport_size(window)
    visitor.come_in(role)
    visitor.visit(where(path, visitor))
    visitor.page.wait_for_timeout(1500)
    picture = SHOTS / f"{file}.png"
    visitor.page.screenshot(path=picture)
    visitor.close()
    return picture


def main() -> None:
    SHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        built = shop.build(Path(folder) / "built", orders=2000)
        with shop.serve(built, Path(folder) / "served") as served, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
            for file in PICTURES:
                path = take(browser, served, file)
                print(f"{path.relative_to(shop.ROOT)}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
