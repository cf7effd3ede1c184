"""The checker of accessibility that the browser tests use is the one that was recorded."""

import hashlib
from pathlib import Path

AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe-4.14.1.min.js"
SHA384 = "c6dd52160e3d41a0f0b32b745dfb365c0c81b583c29579775f6ab938e2de180526abd8d94d820c773b6917df56761887"


def test_axe_has_the_recorded_bytes():
    assert hashlib.sha384(AXE.read_bytes()).hexdigest() == SHA384
