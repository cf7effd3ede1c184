"""Kill -9 of the server in the middle of a bulk hold: it goes on by itself, to the exact result; its undo leaves no order changed.

ORDERDECK_BULK_ORDERS=10000 makes it as large as the issue names.
"""

import json
import os
import shutil
import time

from dashboard.config import Config
from dashboard.kernel.ids import new_key
from tests.accounts.helpers import api_token
from tests.bulk.runs import orders
from tests.conftest import SECRET, running
from tests.factories import one, read, shop
from tests.invariants import assert_whole
from tests.serving import Client, Served

ORDERS = int(os.environ.get("ORDERDECK_BULK_ORDERS", "160"))
STATE = (
    "SELECT id, status, phase, work, views, fulfilment_status, payment_status, readiness, open_holds, ready_at FROM orders ORDER BY id"
)
PATIENCE = 60 + ORDERS / 5


def test_a_bulk_hold_that_was_killed_goes_on_to_the_exact_result(migrated, tmp_path):
    shutil.copy(migrated, tmp_path / "orderdeck.sqlite3")
    with running(Config(instance=tmp_path, secret_key=SECRET)) as app:
        shop(north_A=1_000_000)
        ids = orders(ORDERS)
        headers = api_token(app, "ops_manager")
        before = read(STATE)
    server = Served(tmp_path)
    try:
        run_id = asked(server, headers, "", {"action": "hold", "query": "view=open", "kind": "fraud"})["id"]
        wait(server, headers, run_id, lambda run: run["done"] >= ORDERS // 8)
        server.kill()

        with running(Config(instance=tmp_path, secret_key=SECRET)):
            done, skipped = one("SELECT done, skipped FROM bulk_run WHERE id = :id", id=int(run_id))
            assert 0 < done < ORDERS
            assert skipped == 0
            assert one("SELECT count(*) FROM order_hold") == done == one("SELECT count(*) FROM bulk_row WHERE state = 'done'")
            assert_whole()
        server.start()
        wait(server, headers, run_id, lambda run: run["status"] == "done")
        undo_id = asked(server, headers, f"/{run_id}/undo")["id"]
        wait(server, headers, undo_id, lambda run: run["status"] == "done")
    finally:
        server.kill()
    with running(Config(instance=tmp_path, secret_key=SECRET)):
        assert read("SELECT order_id, kind FROM order_hold ORDER BY order_id") == [(order_id, "fraud") for order_id in ids]
        assert one("SELECT count(*) FROM event WHERE type = 'HoldPlaced'") == ORDERS
        assert read("SELECT done, skipped FROM bulk_run ORDER BY id") == [(ORDERS, 0), (ORDERS, 0)]
        assert read(STATE) == before
        assert_whole()


def asked(server: Served, headers: dict[str, str], path: str, body: object = None) -> dict:
    client = Client(server.port, headers)
    try:
        status, text = client.post(f"/api/v1/bulk-actions{path}", {} if body is None else body, key=new_key())
    finally:
        client.close()
    assert status == 202, text
    return json.loads(text)


def wait(server: Served, headers: dict[str, str], run_id: str, over) -> None:
    client, ends = Client(server.port, headers), time.monotonic() + PATIENCE
    try:
        while not over(run := json.loads(client.get(f"/api/v1/bulk-actions/{run_id}")[1])):
            assert time.monotonic() < ends, run
            time.sleep(0.005)
    finally:
        client.close()
