"""Kill -9 of the whole process group at random moments under load over HTTP: every acknowledged order is there."""

import contextlib
import http.client
import json
import random
import shutil
import threading
import time

from dashboard.config import Config
from dashboard.kernel.ids import new_key
from tests.accounts.helpers import api_token
from tests.conftest import SECRET, running
from tests.factories import read, shop
from tests.invariants import assert_whole
from tests.serving import Client, Served

ROUNDS = 10
CLIENTS = 6


class Load:
    """Clients that place orders until the server is gone; what was acknowledged is kept: {order number: external id}."""

    def __init__(self, port, headers):
        self.acknowledged, self.refused = {}, []
        self._port, self._headers = port, headers
        self._threads = [threading.Thread(target=self._run) for _ in range(CLIENTS)]

    def start(self):
        for thread in self._threads:
            thread.start()

    def join(self):
        for thread in self._threads:
            thread.join(30)

    def _run(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            with contextlib.closing(Client(self._port, self._headers)) as client:
                while True:
                    self._place(client)

    def _place(self, client):
        key = new_key()
        lines = [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 2}]
        status, body = client.post("/api/v1/orders", {"channel": "web", "currency": "GBP", "external_id": key, "lines": lines}, key=key)
        if status == 201:
            self.acknowledged[json.loads(body)["number"]] = key
        else:
            self.refused.append((status, body[:300]))


def test_what_was_acknowledged_is_there_after_kill_9(migrated, tmp_path):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    shutil.copy(migrated, tmp_path / "orderdeck.sqlite3")
    with running(Config(instance=tmp_path, secret_key=SECRET)) as app:
        shop(north_A=1_000_000, north_B=1_000_000)
        headers = api_token(app, "channel", "web")
    acknowledged = {}
    server = Served(tmp_path)
    try:
        for round_ in range(ROUNDS):
            load = Load(server.port, headers)
            load.start()
            deadline = time.monotonic() + 10
            while not load.acknowledged and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(dice.uniform(0.02, 0.6))
            server.kill()
            load.join()
            assert load.acknowledged, (round_, server.log()[-1000:])
            assert not load.refused
            acknowledged |= load.acknowledged
            with running(Config(instance=tmp_path, secret_key=SECRET)):
                assert dict(read("SELECT number, external_id FROM orders")).items() >= acknowledged.items()
                assert_whole()
            if round_ < ROUNDS - 1:
                server.start()
    finally:
        server.kill()
