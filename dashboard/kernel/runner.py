"""The runner: huey carries the word that jobs are due; what is due, and whose it is, stands in the job table.

In one process huey's queue is in memory and its workers are threads. With ORDERDECK_REDIS_URL the web processes only send the
word and any number of `flask work` processes run the jobs. A sweep looks every second: a lost word, or a Redis that is away,
costs a second and never a job.
"""

import datetime as dt
import importlib
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import flask

from dashboard.kernel import clock, db, jobs, leases
from dashboard.kernel.errors import Unavailable
from dashboard.kernel.work import Work

log = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
KEEP_SECONDS = 2.0
PURGE_SECONDS = 3600.0
TASK_WORKERS = 2
"""Threads for tasks; reactions have one of their own, so that two long imports hold up no order."""


class Runner:
    """One process's part in running jobs.

    Args: works: False for a process that only passes the word on through Redis.
    """

    def __init__(self, app: flask.Flask, redis_url: str = "", works: bool = True, task_workers: int = TASK_WORKERS):
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[:64]
        self._app = app
        self._database = app.extensions["orderdeck_database"]
        queues = _queues(redis_url)
        self._huey = queues.queue_for(redis_url)
        self._works = works
        self._work = Work(app, self.name)
        self._lanes = {"reactions": threading.BoundedSemaphore(1), "tasks": threading.BoundedSemaphore(task_workers)}
        self._drains = {lane: self._drain_task(lane) for lane in self._lanes}
        self._consumer = queues.EmbeddedConsumer(self._huey, workers=task_workers + 1) if works else None
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._purged_at = 0.0
        self._threads: list[threading.Thread] = []

    def wake(self) -> None:
        """Jobs may be due: look now."""
        self._woken.set()

    def start(self) -> None:
        if self._consumer:
            self._consumer.start()
        self._database.committed.append(self.wake)
        loops: list[Callable[[], None]] = [self._sweeps] + ([self._keeps] if self._works else [])
        self._threads = [threading.Thread(target=loop, name=f"runner{loop.__name__}", daemon=True) for loop in loops]
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Take no more jobs and wait for the running ones; what does not end in time comes back when its lease ends."""
        self._stopping.set()
        self.wake()
        self._database.committed.remove(self.wake)
        deadline = time.monotonic() + seconds
        if self._consumer:
            self._consumer.stop(seconds)
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))

    def _drain_task(self, lane: str) -> Callable[[], object]:
        def drain() -> None:
            self._drain(lane)

        return self._huey.task(name=f"drain_{lane}")(drain)

    def _sweeps(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(SWEEP_SECONDS)
            self._woken.clear()
            if self._stopping.is_set():
                return
            try:
                self._sweep()
            except Exception as error:  # noqa: BLE001 (the database is away; the next sweep looks again)
                log.warning("no sweep for jobs: %s", error)
                time.sleep(SWEEP_SECONDS)
            time.sleep(0.01)

    def _sweep(self) -> None:
        with self._app.app_context():
            now = clock.now()
            if self._works:
                self._housekeep(now)
            with db.db.engine.connect() as connection:
                due = leases.lanes_due(connection, now)
            for lane in due:
                self._send_word(lane)

    def _send_word(self, lane: str) -> None:
        if self._works and not self._free(lane):
            return  # whoever is at it looks again before it stops
        try:
            self._drains[lane]()
        except Exception as error:  # noqa: BLE001 (Redis is away: the consumers' own sweeps find the work)
            log.warning("no word to the consumers: %s", error)
            if self._works:
                self._drain(lane)

    def _free(self, lane: str) -> bool:
        free = self._lanes[lane].acquire(blocking=False)
        if free:
            self._lanes[lane].release()
        return free

    def _housekeep(self, now: dt.datetime) -> None:
        if jobs.PERIODIC and leases.periodic_is_due(now):
            db.write(jobs.enqueue_periodic, now)
        if time.monotonic() - self._purged_at > PURGE_SECONDS:
            self._purged_at = time.monotonic()
            db.write(leases.purge, now)

    def _drain(self, lane: str) -> None:
        """Run what is due in this lane until nothing is."""
        if not self._works or not self._lanes[lane].acquire(blocking=False):
            return
        try:
            with self._app.app_context():
                while not self._stopping.is_set() and self._work.take(lane == "reactions"):
                    pass
        except Unavailable as error:
            log.warning("jobs wait for the database: %s", error)
        finally:
            self._lanes[lane].release()

    def _keeps(self) -> None:
        while not self._stopping.wait(KEEP_SECONDS):
            try:
                self._work.keep_leases()
            except Exception as error:  # noqa: BLE001 (a lease that is not kept ends; its job runs again)
                log.warning("leases not extended: %s", error)


def _queues(redis_url: str) -> Any:
    """huey, loaded where jobs run and nowhere else."""
    if redis_url:
        importlib.import_module("redis")
    return importlib.import_module("dashboard.kernel.queues")
