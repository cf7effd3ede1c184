"""Consumers on Redis: the word travels there, the jobs stay in the database; a Redis that is away costs a second."""

import threading

import pytest
import redis as _client  # noqa: F401 (before the first huey, which looks for it when it loads)
import sqlalchemy as sa

from dashboard.kernel import clock, db, jobs
from dashboard.kernel.jobs import Job
from dashboard.kernel.runner import Runner
from tests import redis_server


@pytest.fixture
def redis():
    with redis_server.serving() as server:
        yield server


@pytest.fixture
def two_sides(app, redis, registries):
    """A web process that only sends the word, and a consumer that runs the jobs."""
    web, consumer = Runner(app, redis.url, works=False), Runner(app, redis.url)
    web.start()
    consumer.start()
    yield web, consumer
    web.stop()
    consumer.stop()


def done_count():
    with db.db.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).where(Job.status == "done")).scalar_one()


def enqueue(count):
    for _ in range(count):
        db.write(lambda tx: jobs.enqueue(tx, "count", {}, clock.now()))


def test_a_consumer_runs_what_a_web_process_asked_for(two_sides, eventually):
    ran = []
    jobs.task("count")(lambda job: ran.append(threading.current_thread().name))

    enqueue(5)

    eventually(lambda: done_count() == 5)
    assert len(ran) == 5


def test_without_redis_the_jobs_run_all_the_same(two_sides, redis, eventually):
    jobs.task("count")(lambda job: None)
    enqueue(1)
    eventually(lambda: done_count() == 1)

    redis.stop()
    enqueue(5)
    eventually(lambda: done_count() == 6)

    redis.start()
    enqueue(5)
    eventually(lambda: done_count() == 11)
