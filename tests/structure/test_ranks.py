"""The contracts of pyproject.toml would catch what they forbid: each is tried on a copy of the tree with one bad import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FORBIDDEN = [
    ("kernel/clock.py", "import dashboard.web.htmx", "Slices are ranked"),
    ("inventory/actions.py", "import dashboard.orders.actions", "Slices are ranked"),
    ("orders/actions.py", "import dashboard.fulfilment.actions", "Slices are ranked"),
    ("web/htmx.py", "import dashboard.catalog.store", "Slices are ranked"),
    ("catalog/store.py", "import dashboard.catalog.actions", "Inside a slice"),
    ("catalog/rules.py", "import dashboard.catalog.model", "Inside a slice"),
    ("orders/rules.py", "import sqlalchemy", "Rules are pure"),
    ("returns/rules.py", "import dashboard.kernel.clock", "Rules are pure"),
    ("payments/actions.py", "import flask_socketio", "The domain band knows no web"),
    ("demo/build.py", "import dashboard.catalog.views", "Only the wiring imports views"),
    ("adapters/payment/manual.py", "import dashboard.adapters.carrier", "Adapters do not know each other"),
    ("catalog/views/skus.py", "import sqlalchemy", "Views neither write nor push"),
    ("catalog/views/skus.py", "import dashboard.live.hub", "Views neither write nor push"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the package and its contracts that a test may spoil."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "dashboard", folder / "dashboard", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize(("file", "line", "contract"), FORBIDDEN)
def test_a_forbidden_import_is_caught(tree, file, line, contract):
    path = tree / "dashboard" / file
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")

    said = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"], cwd=tree, capture_output=True, text=True
    )

    path.write_text(before, encoding="utf-8")
    assert said.returncode == 1, said.stdout
    broken = said.stdout.partition("Broken contracts")[2]
    assert contract in broken, said.stdout
