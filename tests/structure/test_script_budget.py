"""How much script a page loads, compressed: what its template, its layout and what they include ask for."""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
MOST = {"layout/base.html": 40_000, "layout/wall.html": 20_000, "layout/customer.html": 20_000}
"""Bytes, by the layout a page extends (UX.md, quality bars)."""
SCRIPT = re.compile(r"""<script[^>]*asset\("([^"]+\.js)"\)""")
USES = re.compile(r"""{%-?\s*(?:extends|include)\s+"([^"]+)\"""")


def scripts(name: str) -> set[str]:
    """The scripts that a page of this template may load at once."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return set(SCRIPT.findall(text)).union(*(scripts(used) for used in USES.findall(text)))


def layout(name: str) -> str:
    """The layout a page stands in; '' for a part."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    found = re.search(r"""{%-?\s*extends\s+"([^"]+)\"""", text)
    return "" if found is None else found[1] if found[1] in MOST else layout(found[1])


@cache
def size(script: str) -> int:
    """Bytes of it as they travel."""
    return len(gzip.compress((ROOT / "static" / script).read_bytes(), 6))


PAGES = [str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*.html")) if layout(str(path.relative_to(TEMPLATES)))]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_no_more_script_than_its_budget(name):
    sizes = {script: size(script) for script in scripts(name)}

    assert 0 < sum(sizes.values()) <= MOST[layout(name)], sizes
