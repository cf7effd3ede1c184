"""Under gevent: the writer is an OS thread, its answers come back, and nothing else stands still meanwhile."""

import subprocess
import sys

from dashboard.config import ROOT

SCRIPT = """
from gevent import monkey; monkey.patch_all()
import pathlib, sys, time
import gevent
from gevent.monkey import get_original
from dashboard import wiring
from dashboard.config import Config
wiring.init_app = lambda app: None
from dashboard.factory import create_app
from dashboard.kernel import db
from dashboard.schema import migrate

app = create_app(Config(instance=pathlib.Path(sys.argv[1]), secret_key="x" * 40, mode="gevent"))
beats = []

def beat():
    while True:
        beats.append(time.monotonic())
        gevent.sleep(0.01)

def slow(tx):  # waits as the disk makes one wait: the whole OS thread
    get_original("time", "sleep")(0.3)
    return get_original("_thread", "get_ident")()

def fail(tx):
    raise ValueError("no")

def write(action):
    with app.app_context():
        try:
            return db.write(action)
        except ValueError as error:
            return str(error)

gevent.spawn(beat)
found = [gevent.spawn(write, action) for action in (slow, fail, slow)]
gevent.joinall(found, timeout=10)
threads = {found[0].value, found[2].value}
assert len(threads) == 1 and get_original("_thread", "get_ident")() not in threads, threads
assert found[1].value == "no"
gaps = [later - earlier for earlier, later in zip(beats, beats[1:])]
assert len(beats) > 20 and max(gaps) < 0.25, (len(beats), max(gaps))
with app.app_context():
    db.database().close()
print("as it should be")
"""


def test_the_writer_waits_for_the_disk_alone(tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert result.stdout == "as it should be\n", result.stderr
