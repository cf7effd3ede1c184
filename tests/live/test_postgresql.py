"""Live screens on PostgreSQL: the same protocol, two processes, a restart of the database."""

import threading
import time

import pytest
import socketio

from dashboard.config import Config
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Unavailable
from dashboard.live import doors
from dashboard.web.livepage import Standing
from tests import cluster, redis_server
from tests.conftest import SECRET, create_app, migrate, running
from tests.live.conftest import serving
from tests.live.server import eventually, shift, things


@pytest.fixture
def pg_server(pg_app, people):
    with serving(pg_app, people) as found:
        yield found


def test_changes_of_parallel_writers_reach_the_screen_in_order(pg_server, screen):
    mine = screen("orders", on=pg_server)

    def change(order_id):
        with pg_server.app.app_context():
            for _ in range(25):
                db.write(shift, order_id)

    writers = [threading.Thread(target=change, args=(order_id,)) for order_id in range(1, 5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    eventually(lambda: mine.versions == {1: 25, 2: 25, 3: 25, 4: 25})
    seqs = [batch["seq"] for batch in mine.batches]
    assert seqs == sorted(seqs)


def test_a_change_in_one_process_shows_on_a_screen_of_another(pg_url, tmp_path, people, screen):
    with running(Config(instance=tmp_path, secret_key=SECRET, database_url=pg_url)) as one, serving(one, people) as first:
        mine = screen("orders", on=first)
        eventually(lambda: first.lifecycle.relay.leads)
        (tmp_path / "other").mkdir()
        other = Config(instance=tmp_path / "other", secret_key=SECRET, database_url=pg_url)
        with running(other), serving(other_app(), people) as second:
            theirs = screen("orders", on=second)
            assert not second.lifecycle.relay.leads

            db.write(shift, 1)

            eventually(lambda: mine.versions == theirs.versions == {1: 1})
            theirs.close()


@pytest.fixture
def redis():
    with redis_server.serving() as server:
        yield server


def test_people_of_two_processes_see_each_other_through_redis(pg_url, tmp_path, people, redis, monkeypatch):
    monkeypatch.setattr(doors, "SEEN", {"tester"})
    for id_ in ("1", "2"):
        people.standing[id_] = Standing(Actor("tester", id_, f"Tester {id_}", permissions=frozenset({"orders.read", "orders.prices"})))
    (tmp_path / "other").mkdir()
    settings = {"secret_key": SECRET, "database_url": pg_url, "redis_url": redis.url}
    with (
        running(Config(instance=tmp_path, **settings)) as one,
        serving(one, people) as first,
        running(Config(instance=tmp_path / "other", **settings)),
        serving(other_app(), people) as second,
    ):
        seen: dict[str, list] = {}
        mia, tom = come(first, "1", seen), come(second, "2", seen)

        def names(who, *, editing):
            mia.emit("present", {"room": "order:17", "editing": False})
            tom.emit("present", {"room": "order:17", "editing": editing})
            time.sleep(0.1)
            return [(person["name"], person["editing"]) for person in seen.get(who, [])]

        eventually(lambda: names("1", editing=True) == [("Tester 2", True)])
        eventually(lambda: names("2", editing=True) == [("Tester 1", False)])
        redis.stop()
        eventually(lambda: names("1", editing=True) == [])  # what is not said again is forgotten
        redis.start()
        eventually(lambda: names("1", editing=False) == [("Tester 2", False)])
        tom.disconnect()
        eventually(lambda: seen["1"] == [])
        mia.disconnect()


def come(server, name, seen):
    """A screen on order 17 that keeps whom it was told to show."""
    client = socketio.Client(reconnection=False)
    client.on("people", lambda message: seen.update({name: message["people"]}))
    client.connect(server.url, transports=["websocket"], auth={"screen": server.page("order:17", actor_id=name)[0].screen})
    return client


def other_app():
    return db.database().app


def test_a_restart_of_the_database_costs_503s_and_loses_nothing(
    tmp_path, people, screen, pg_cluster
):  # pg_cluster: skips where there is no PostgreSQL
    mine_alone = cluster.Cluster(cluster.find_binaries())
    try:
        mine_alone.create("template")
        folder = tmp_path / "own"
        folder.mkdir()
        config = Config(instance=folder, secret_key=SECRET, database_url=mine_alone.url("template"))
        migrate(create_app(config))
        with running(config) as app, serving(app, people) as found:
            restart_under_load(found, mine_alone, screen("orders", on=found))
    finally:
        mine_alone.destroy()


def restart_under_load(server, database, mine):
    acknowledged, refused, surprises, stop = [], [], [], threading.Event()

    def write():
        with server.app.app_context():
            while not stop.is_set():
                try:
                    acknowledged.append(db.write(shift, 1))
                except Unavailable:
                    refused.append(time.monotonic())
                except Exception as error:  # noqa: BLE001
                    surprises.append(error)
                time.sleep(0.02)

    db.db.session.remove()  # the test's own reading connection would not survive the restart
    writer = threading.Thread(target=write)
    writer.start()
    eventually(lambda: len(acknowledged) > 10)
    database.stop("immediate")
    eventually(lambda: refused)
    database.start()
    count = len(acknowledged)
    eventually(lambda: len(acknowledged) > count)
    eventually(lambda: len(acknowledged) > count + 10)
    stop.set()
    writer.join()

    assert surprises == []
    eventually(lambda: mine.versions.get(1, 0) >= acknowledged[-1])
    assert things()[1] >= acknowledged[-1]
