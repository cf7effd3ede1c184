"""The contracts of pyproject.toml would catch what they forbid: a copy of the tree has them all."""

import re
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
def broken(tmp_path_factory):
    """What import-linter says of a copy of the package with every one of these imports: {title of a contract: its faults}."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "dashboard", folder / "dashboard", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for file, line, _ in FORBIDDEN:
        with (folder / "dashboard" / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    command = [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert said.returncode == 1, said.stdout
    parts = re.split(r"\n\n(\S[^\n]+)\n(?:[^\n]+\n)?-{20,}\n", said.stdout.partition("Broken contracts")[2])
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("file", "line", "contract"), FORBIDDEN)
def test_a_forbidden_import_is_caught(broken, file, line, contract):
    importer = f"dashboard/{file}".removesuffix(".py").replace("/", ".")
    imported = line.removeprefix("import ")

    found = next((faults for title, faults in broken.items() if title.startswith(contract)), "")

    assert f"{importer} -> {imported} " in found, broken
