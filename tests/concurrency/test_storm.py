"""Eight processes move everything there is on twelve hot SKUs: nothing is sold twice, nobody deadlocks, no update is lost.

STORM_ACTIONS=400 makes it a long one (actions per process).
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.config import ROOT
from dashboard.purchasing.commands import SaveSupplier
from dashboard.purchasing.suppliers import save_supplier
from tests.concurrency.storm import KITS, PLACES, SKUS, SUPPLIER
from tests.factories import do, locations, one, read, skus, stock
from tests.invariants import assert_whole

PROCESSES = 8
ACTIONS = int(os.environ.get("STORM_ACTIONS", "12"))
SECONDS = 120 + 10 * ACTIONS


@pytest.fixture
def hot_shop(any_app):
    locations(*PLACES)
    skus(*SKUS)
    do(create_skus, [CreateSku(code, f"Kit {code}", kind="kit", unit_price_e4=100_000, components=parts) for code, parts in KITS.items()])
    stock(**{f"{place}_{code}": 15 for place in PLACES for code in SKUS})
    do(save_supplier, SaveSupplier(SUPPLIER, 3))


def storm(instance, url):
    """Run the processes; returns what each of them says."""
    command = [sys.executable, "-m", "tests.concurrency.storm", str(instance), url or "-", str(PROCESSES), str(ACTIONS)]
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as running:
        try:
            running.wait(SECONDS)
        finally:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGKILL)
    return [json.loads((instance / f"storm-{seed}.json").read_text()) for seed in range(PROCESSES)]


def test_everybody_at_everything(hot_shop, database_url, tmp_path):
    said = storm(tmp_path, database_url)

    done = sum((Counter(each["done"]) for each in said), Counter())
    assert [line for each in said for line in each["broken"]] == [], done
    assert sum(done.values()) == PROCESSES * ACTIONS
    assert {f"{name} done" for name in ("order", "fulfil", "receive", "transfer", "count", "purchase", "hold")} <= set(done), done
    moved = Counter()
    for each in said:
        moved.update(each["moved"])
    moved.update({f"received {code}": 15 * len(PLACES) for code in SKUS})
    ledger = {
        f"{kind} {code}": units
        for kind, code, units in read(
            "SELECT m.kind, s.code, sum(m.on_hand) FROM stock_movement m JOIN sku s ON s.id = m.sku_id"
            " WHERE m.kind IN ('received', 'adjusted') GROUP BY m.kind, s.code HAVING sum(m.on_hand) <> 0"
        )
    }
    assert ledger == {name: units for name, units in moved.items() if units}
    if database_url:
        assert one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0
    print(sum(done.values()), "actions:", dict(sorted(done.items())))
    assert_whole()
