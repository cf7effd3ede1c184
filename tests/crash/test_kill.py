"""Kill -9 of the whole process group at random moments under load over HTTP: every acknowledged order is there.

KILL_ROUNDS=10 for more. On PostgreSQL the database server dies with it in every second round.
"""

import contextlib
import http.client
import json
import os
import random
import threading
import time

import pytest

from dashboard.config import Config
from dashboard.kernel.ids import new_key
from tests.accounts.helpers import api_token
from tests.conftest import SECRET, running
from tests.factories import read, shop
from tests.invariants import assert_whole
from tests.patience import PATIENCE
from tests.serving import Client, Served

ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
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
            thread.join(PATIENCE)

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


@pytest.fixture
def cut_power(request, database_url):
    """Ends the database at once, where it is a server of its own, and starts it again."""
    if not database_url:
        return lambda: None
    cluster = request.getfixturevalue("pg_cluster")

    def cut():
        cluster.stop("immediate")
        cluster.start()

    return cut


def test_what_was_acknowledged_is_there_after_kill_9(database_url, cut_power, tmp_path):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    config = Config(instance=tmp_path, secret_key=SECRET, database_url=database_url)
    with running(config) as app:
        shop(north_A=1_000_000, north_B=1_000_000)
        headers = api_token(app, "channel", "web")
    acknowledged = {}
    server = Served(tmp_path, ORDERDECK_DATABASE_URL=database_url)
    try:
        for round_ in range(ROUNDS):
            load = Load(server.port, headers)
            load.start()
            deadline = time.monotonic() + PATIENCE
            while not load.acknowledged and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(dice.uniform(0.02, 0.6))
            server.kill()
            load.join()
            if round_ % 2:
                cut_power()
            assert load.acknowledged, (round_, server.log()[-1000:])
            assert not load.refused
            acknowledged |= load.acknowledged
            with running(config):
                assert dict(read("SELECT number, external_id FROM orders")).items() >= acknowledged.items()
                assert_whole()
            if round_ < ROUNDS - 1:
                server.start()
    finally:
        server.kill()
    print(f"{ROUNDS} rounds, {len(acknowledged)} orders acknowledged")
