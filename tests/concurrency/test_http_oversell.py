"""The same over real HTTP: 16 clients x 50 requests on one server process; the rest are 409, none is a 5xx.

OVERSELL_CALLS=50 asks as often for two lines of one SKU, and for SKUs in opposite orders.
"""

import os
import shutil
from collections import Counter

import pytest

from dashboard.config import Config
from dashboard.kernel.ids import new_key
from tests.accounts.helpers import api_token
from tests.conftest import SECRET, running
from tests.factories import balance, one, shop
from tests.invariants import assert_whole
from tests.serving import Served, crowd

CALLS = int(os.environ.get("OVERSELL_CALLS", "10"))


@pytest.fixture
def served(migrated, tmp_path):
    """A server on a shop with 100 units of each of A to E: (server, headers of an API token)."""
    shutil.copy(migrated, tmp_path / "orderdeck.sqlite3")
    with running(Config(instance=tmp_path, secret_key=SECRET)) as app:
        shop(north_A=100, north_B=100, north_C=100, north_D=100, north_E=100)
        headers = api_token(app, "channel", "web")
        server = Served(tmp_path)
        try:
            yield server, headers
        finally:
            server.kill()


def buy(served, clients, calls, lines_of):
    """Statuses of all requests; lines_of(caller) names the SKUs of its orders."""
    server, headers = served

    def call(client, caller, _number):
        lines = [{"sku": code, "quantity": 1} for code in lines_of(caller)]
        return client.post("/api/v1/orders", {"channel": "web", "currency": "GBP", "lines": lines}, key=new_key())[0]

    return Counter(crowd(server.port, headers, clients, calls, call))


def test_exactly_what_there_is_gets_sold(served):
    assert buy(served, 16, 50, lambda caller: "A") == {201: 100, 409: 700}
    assert (balance("A", "north"), one("SELECT count(*) FROM orders")) == ((100, 100), 100)
    assert buy(served, 16, CALLS, lambda caller: "BB") == {201: 50, 409: 16 * CALLS - 50}
    assert balance("B", "north") == (100, 100)
    opposite = ("CDE", "EDC", "DCE", "ECD")
    assert buy(served, 16, CALLS, lambda caller: opposite[caller % 4]) == {201: 100, 409: 16 * CALLS - 100}
    assert [balance(code, "north") for code in "CDE"] == [(100, 100)] * 3
    assert_whole()
