"""At each named point the process dies; started again it goes on, nothing acknowledged is missing, nothing is done twice."""

import json
import shutil
import subprocess
import sys

import pytest

from dashboard.config import ROOT, Config
from dashboard.kernel import crash
from dashboard.kernel.db import database
from tests.conftest import SECRET, filled, running
from tests.crash.life import STEPS
from tests.factories import balance, headlines, one, read, shop
from tests.invariants import assert_whole
from tests.patience import PATIENCE
from tests.serving import environment

LATER = {"before_commit": 8, "after_commit": 8, "writer_group": 8, "payment_moved": 2, "relay_moved": 3, "relay_read": 3}
"""Points that are passed often: the time they are to strike."""


@pytest.fixture(scope="session")
def player(tmp_path_factory):
    """`player(instance, crash_at, notes)` plays a life in a process of its own; returns how it ended."""
    env = environment(tmp_path_factory.mktemp("player"))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.player"], cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    def play(instance, crash_at, notes):
        process.stdin.write(json.dumps([str(instance), crash_at, str(notes)]) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield play
    process.stdin.close()
    process.wait(PATIENCE)


@pytest.fixture(scope="session")
def open_shop(migrated, tmp_path_factory):
    """A file with a shop in it, to copy."""
    return filled(tmp_path_factory.mktemp("shop"), lambda: shop(north_A=9, north_B=9), migrated)


def leases_run_out(tx):
    tx.connection.exec_driver_sql("UPDATE job SET leased_until = 0 WHERE status = 'running'")


@pytest.mark.parametrize("point", crash.POINTS)
def test_it_goes_on_after_a_crash(point, player, open_shop, tmp_path):
    shutil.copy(open_shop, tmp_path / "orderdeck.sqlite3")
    at = f"{point}:{LATER[point]}" if point in LATER else point
    assert player(tmp_path, at, tmp_path / "before") == crash.STATUS
    with running(Config(instance=tmp_path, secret_key=SECRET)):
        assert_whole()
        database().write(leases_run_out)
    assert player(tmp_path, "", tmp_path / "after") == 0

    before, after = (
        (tmp_path / name).read_text().splitlines() if (tmp_path / name).exists() else [] for name in ("before", "after")
    )
    names = [name for name, _, _ in STEPS]
    assert not set(before) & set(after), "an acknowledged step was done again"
    assert names[: len(before)] == before
    assert after in (names[len(before) :], names[len(before) + 1 :])  # the step it died in was committed, or was not
    with running(Config(instance=tmp_path, secret_key=SECRET)):
        assert_everything_once()


def assert_everything_once():
    assert headlines(1) == ("completed", "delivered", "partially_refunded", "completed")
    assert headlines(2)[0] == "cancelled"
    assert (balance("A", "north"), balance("B", "north")) == ((8, 0), (8, 0))
    kinds = read("SELECT kind, amount FROM payment_transaction WHERE order_id = 1 ORDER BY id")
    assert kinds == [("authorization", 3000), ("capture", 3000), ("refund", 1000)]
    assert one("SELECT count(*) FROM parcel") == 1
    assert_whole()


def test_an_unknown_point_is_refused():
    with pytest.raises(ValueError, match="no crash point"):
        crash.configure("nowhere")
