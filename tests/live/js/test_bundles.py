"""The committed bundles are made of the committed sources and stay within the size bars of each page."""

import gzip
import hashlib
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "static"
HTMX = "vendor/htmx-4.0.1.min.js"
SOCKET = "vendor/socket.io-4.8.4.min.js"


def test_the_bundles_are_built_from_these_sources():
    js = STATIC / "js"
    sources = sorted(f"./{path.relative_to(js)}" for path in js.rglob("*.js") if "dist" not in path.parts)
    digest = hashlib.sha384(b"".join((js / name).read_bytes() for name in sources)).hexdigest()

    assert (js / "dist" / "SOURCES").read_text().strip() == digest, "run static/js/build.sh"


@pytest.mark.parametrize(
    ("files", "bar"),
    [
        (("js/dist/ops.js", HTMX, SOCKET), 40_000),
        (("js/dist/ops.js", "js/dist/matrix.js", HTMX, SOCKET), 42_000),  # the matrix alone has an editor in its cells
        (("js/dist/wall.js", SOCKET), 20_000),
        (("js/dist/tracking.js", SOCKET), 20_000),
    ],
)
def test_a_page_loads_no_more_script_than_its_bar(files, bar):
    size = sum(len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0)) for name in files)

    assert size <= bar, f"{size} bytes gzipped"
