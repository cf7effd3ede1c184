"""Kill -9 in the middle of an import, run it again: the same end as an import that was left alone."""

import contextlib
import gzip
import itertools
import os
import signal
import subprocess
import sys
import time

import pytest

from dashboard.config import ROOT, Config
from dashboard.factory import create_app
from dashboard.kernel import engines
from dashboard.kernel.db import db
from tests.conftest import SECRET
from tests.patience import PATIENCE

ROWS = 6_000
END_STATE = {
    "stock": "SELECT s.code, b.on_hand, b.allocated FROM stock_balance b JOIN sku s ON s.id = b.sku_id ORDER BY s.code",
    "orders": "SELECT external_id, number, status, phase, payment_status, total, captured, refunded, placed_at FROM orders ORDER BY 1",
    "lines": "SELECT order_id, position, sku_code, ordered, shipped, cancelled, returned, total FROM order_line ORDER BY 1, 2",
    "returns": "SELECT r.external_id, o.external_id, r.value_e4 FROM return_ r LEFT JOIN orders o ON o.id = r.order_id ORDER BY 1",
    "aside": "SELECT key FROM import_set_aside ORDER BY key",
    "views": "SELECT view, sum(count) FROM order_facet GROUP BY view ORDER BY view",
    "ledger": "SELECT kind, count(*), sum(on_hand) FROM stock_movement GROUP BY kind ORDER BY kind",
    "money": "SELECT kind, count(*), sum(amount) FROM payment_transaction GROUP BY kind ORDER BY kind",
}


@pytest.fixture
def slice_of_history(shared_data, tmp_path):
    """The first rows of the real file, cut where a document ends, and half of its opening stock, so that some lines are short."""
    source = next((shared_data / "orders" / "online_retail").glob("*.csv.gz"))
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        (tmp_path / "slice.csv").write_text("".join(itertools.islice(file, ROWS + 1)), "utf-8", newline="")
    stock = (shared_data / "reference" / "online_retail_dev_stock.csv").read_text("utf-8").splitlines()[1:]
    halves = [f"{sku},{int(opening) // 8}" for sku, opening, _closing in (line.split(",") for line in stock)]
    (tmp_path / "stock.csv").write_text("\n".join(["sku,opening", *halves]), "utf-8")
    return tmp_path


def command(folder, instance):
    environment = {
        **os.environ, "ORDERDECK_INSTANCE": str(instance), "ORDERDECK_SECRET_KEY": SECRET, "FLASK_APP": str(ROOT / "wsgi.py"),
    }  # fmt: skip
    arguments = [
        "-m", "flask", "import", str(folder / "slice.csv"), "--channel", "uk-store", "--map", "online_retail",
        "--opening-stock", str(folder / "stock.csv"),
    ]  # fmt: skip
    return subprocess.Popen(
        [sys.executable, *arguments], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def end_state(instance):
    app = create_app(Config(instance=instance, secret_key=SECRET))
    with app.app_context():
        with db.engine.connect() as connection:
            found = {name: [tuple(row) for row in connection.execute(db.text(sql))] for name, sql in END_STATE.items()}
        db.engine.dispose()
    return found


def orders_in(instance):
    with contextlib.closing(engines.sqlite.connect(str(instance / "orderdeck.sqlite3"))) as connection:
        return connection.execute("SELECT count(*) FROM orders").fetchone()[0]


def test_an_import_that_is_killed_and_run_again_ends_like_one_that_was_not(slice_of_history, migrated, tmp_path):
    left_alone, killed = tmp_path / "alone", tmp_path / "killed"
    for instance in (left_alone, killed):
        instance.mkdir()
        (instance / "orderdeck.sqlite3").write_bytes(migrated.read_bytes())
    alone = command(slice_of_history, left_alone)
    assert alone.wait(600) == 0, alone.stdout.read()
    expected = end_state(left_alone)
    assert any(shipped < ordered for *_, ordered, shipped, _cancelled, _returned, _total in expected["lines"])

    kills = 0
    for wanted in (1, len(expected["orders"]) // 2):
        running = command(slice_of_history, killed)
        while running.poll() is None and orders_in(killed) < wanted:
            time.sleep(0.05)
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.wait(PATIENCE)
        running.stdout.close()
    between = orders_in(killed)
    last = command(slice_of_history, killed)
    output = last.communicate(timeout=600)[0]

    assert last.returncode == 0, output
    assert kills >= 1 and between > 0
    assert end_state(killed) == expected
