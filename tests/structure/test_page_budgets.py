"""How much script and style a page loads, compressed: what its template, its layout and what they include ask for."""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest

from dashboard.web import sheets

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
MOST = {"layout/base.html": 40_000, "layout/wall.html": 20_000, "layout/customer.html": 20_000}
"""Bytes of script, by the layout a page extends (UX.md, quality bars)."""
MOST_STYLE = 12_000
"""Bytes of style, on any page."""
ASKED = re.compile(r"""<(?:script|link)[^>]*asset\("([^"]+\.(?:js|css))"\)""")
USES = re.compile(r"""{%-?\s*(?:extends|include)\s+"([^"]+)\"""")


@cache
def files(name: str) -> frozenset[str]:
    """The scripts and stylesheets that a page of this template may load at once."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return frozenset(ASKED.findall(text)).union(*(files(used) for used in USES.findall(text)))


def layout(name: str) -> str:
    """The layout a page stands in; '' for a part."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    found = re.search(r"""{%-?\s*extends\s+"([^"]+)\"""", text)
    return "" if found is None else found[1] if found[1] in MOST else layout(found[1])


@cache
def size(file: str) -> int:
    """Bytes of it as they travel."""
    content = sheets.content(str(STATIC), file) or (STATIC / file).read_bytes()
    return len(gzip.compress(content, 6))


PAGES = [str(path.relative_to(TEMPLATES)) for path in sorted(TEMPLATES.rglob("*.html")) if layout(str(path.relative_to(TEMPLATES)))]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_no_more_than_its_budget(name):
    sizes = {file: size(file) for file in files(name)}
    script = sum(size for file, size in sizes.items() if file.endswith(".js"))
    style = sum(size for file, size in sizes.items() if file.endswith(".css"))

    assert 0 < script <= MOST[layout(name)], sizes
    assert 0 < style <= MOST_STYLE, sizes


def test_every_class_with_a_rule_is_used():
    sources = [*TEMPLATES.rglob("*.html"), *(STATIC / "js").rglob("*.js"), *(ROOT / "dashboard").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    words = set(re.findall(r"[A-Za-z][\w-]*", text))
    composed = set(re.findall(r"[A-Za-z][\w-]*-(?={{)", text))  # hide-{{ name }}

    for sheet in sorted((STATIC / "css").glob("*.css")):
        selectors = " ".join(re.findall(r"([^{}]+){", sheets.squeezed(sheet.read_text(encoding="utf-8"))))
        named = set(re.findall(r"[.#]([A-Za-z][\w-]*)", selectors))
        assert {name for name in named - words if not name.startswith(tuple(composed))} == set(), sheet.name
