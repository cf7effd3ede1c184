"""Online Retail with half of what its orders want: four workers oversell nothing, and receipts go to who has waited longest.

RETAIL_INVOICES=9000 takes all of them.
"""

import csv
import gzip
import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from dashboard.config import ROOT
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from tests.factories import do, locations, one, read, skus
from tests.invariants import assert_whole
from tests.queues import fill

INVOICES = int(os.environ.get("RETAIL_INVOICES", "60"))
WORKERS = 4
PRODUCT = re.compile(r"[0-9]{5}[A-Za-z]*")
LINES = (
    "SELECT l.sku_code, l.id, l.ordered, l.allocated, l.backordered FROM order_line l JOIN orders o ON o.id = l.order_id"
    " ORDER BY l.sku_code, o.placed_at, o.id, l.position"
)


@pytest.fixture(scope="module")
def invoices(shared_data):
    """[(invoice, moment, [(SKU, units)])] of the first orders for products."""
    source = next((shared_data / "orders" / "online_retail").glob("*.csv.gz"))
    found: dict[str, tuple[str, str, list]] = {}
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for row in itertools.islice(csv.DictReader(file), 100 * INVOICES):
            if int(row["Quantity"]) > 0 and PRODUCT.fullmatch(row["StockCode"]) and not row["InvoiceNo"].startswith("C"):
                at = row["InvoiceDate"].replace(" ", "T")
                order = found.setdefault(row["InvoiceNo"], (row["InvoiceNo"], f"{at}+00:00", []))
                order[2].append((row["StockCode"].upper(), int(row["Quantity"])))
    return list(found.values())[:INVOICES]


@pytest.fixture
def half_a_shop(any_app, invoices):
    """Units wanted per SKU; half of them, rounded down, lie on the shelf."""
    wanted = Counter()
    for _, _, lines in invoices:
        for code, units in lines:
            wanted[code] += units
    locations("UK")
    skus(*sorted(wanted))
    for code, units in sorted(wanted.items()):
        if units // 2:
            do(receive_stock, ReceiveStock(code, "UK", units // 2))
    return wanted


def test_four_workers_sell_what_there_is_and_receipts_go_to_who_waited_longest(
    half_a_shop, invoices, database_url, tmp_path
):
    (tmp_path / "orders.json").write_text(json.dumps(invoices))
    command = [sys.executable, "-m", "tests.channels.retail_workers", str(tmp_path), database_url or "-"]
    done = subprocess.run([*command, str(tmp_path / "orders.json"), str(WORKERS)], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-3000:]
    assert one("SELECT count(*) FROM orders") == len(invoices)
    given, waiting = Counter(), Counter()
    for code, _, _, allocated, backordered in read(LINES):
        given[code] += allocated
        waiting[code] += backordered
    assert given == Counter({code: units // 2 for code, units in half_a_shop.items() if units // 2})
    assert waiting == Counter({code: units - units // 2 for code, units in half_a_shop.items()})
    assert_whole()

    longest = sorted(waiting, key=lambda code: -waiting[code])[:12]
    for part in (2, 1):
        for code in longest:
            _receive_and_fill(code, part)
    assert {code: one("SELECT sum(backordered) FROM order_line WHERE sku_code = :code", code=code) for code in longest} == dict.fromkeys(
        longest, 0
    )
    assert_whole()


def _receive_and_fill(code, part):
    """Receive a part of what waits; the units must go down the queue, oldest order first."""
    before = [row for row in read(LINES) if row[0] == code]
    units = -(-sum(row[4] for row in before) // part)
    do(receive_stock, ReceiveStock(code, "UK", units))
    fill(code)
    left, expected = units, {}
    for _, line_id, _, _, backordered in before:
        taken = min(left, backordered)
        expected[line_id], left = backordered - taken, left - taken
    assert {row[1]: row[4] for row in read(LINES) if row[0] == code} == expected
