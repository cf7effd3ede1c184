"""Databases of the benches, built once under build/bench and copied for each run; built anew when the schema or the builder changes."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dashboard.config import ROOT
from dashboard.kernel import engines
from tests.bench import bulk
from tests.serving import environment

BUILD = ROOT / "build" / "bench"
SEED_ORDERS = 1_000
BULK_ORDERS = 2_000
"""Of these, the large shop is made: enough for some orders of every kind."""
KEPT = ("orderdeck.sqlite3", "demo")


def demo(into: Path, orders: int = SEED_ORDERS) -> None:
    """A copy of the demo with so many orders; `into` becomes its instance folder."""
    _copy(f"demo-{orders}", lambda folder: _build(folder, orders), into)


def big(into: Path, orders: int = 100_000) -> None:
    """A copy of a shop with so many orders: those of the demo, many times."""

    def build(folder: Path) -> None:
        demo(folder, BULK_ORDERS)
        bulk.multiply(folder, orders)

    _copy(f"bulk-{orders}", build, into)


def _build(folder: Path, orders: int) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "demo", "--orders", str(orders), "--seed", "1"]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True, stdout=subprocess.DEVNULL)


def _copy(name: str, build: Callable[[Path], None], into: Path) -> None:
    kept = BUILD / f"{name}-{_fingerprint()}"
    if not kept.exists():
        for old in BUILD.glob(f"{name}-*"):
            shutil.rmtree(old)
        fresh = BUILD / f"{name}.building"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        build(fresh)
        _settle(fresh / KEPT[0])
        fresh.rename(kept)
    into.mkdir(parents=True, exist_ok=True)
    for file in KEPT:
        shutil.copy(kept / file, into / file)


def _settle(path: Path) -> None:
    """Put everything into the one file, so that it can be copied."""
    connection = engines.sqlite.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in (*sorted((ROOT / "dashboard").glob("*/model.py")), ROOT / "dashboard/orders/search.py",
                   ROOT / "dashboard/migrations/extras.py", Path(bulk.__file__)):  # fmt: skip
        digest.update(source.read_bytes())
    return digest.hexdigest()[:10]
