"""The linters and the type checker find nothing: they run as tests, so that one command and one summary tell everything."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

TOOLS = {
    "ruff": [BIN / "ruff", "check"],
    "mypy": [BIN / "mypy"],
    "djlint": [BIN / "djlint", "--lint", "templates"],
    "import-linter": [BIN / "lint-imports", "--no-logo"],
}


@pytest.mark.parametrize("name", TOOLS)
def test_finds_nothing(name):
    done = subprocess.run(TOOLS[name], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
