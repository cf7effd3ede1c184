"""Fixtures of the kernel's tests: a relay and a runner that are stopped again, reactions that are forgotten again."""

import time

import pytest

from dashboard.kernel import consumers, jobs, outbox
from dashboard.kernel.db import database
from dashboard.kernel.relay import Relay
from dashboard.kernel.runner import Runner
from tests.patience import PATIENCE


@pytest.fixture
def registries(monkeypatch):
    """Empty registries of reactions, projections and tasks for one test."""
    monkeypatch.setattr(outbox, "REACTIONS", {})
    monkeypatch.setattr(consumers, "REACTIONS", outbox.REACTIONS)
    monkeypatch.setattr(outbox, "WANTED", {})
    monkeypatch.setattr(consumers, "PROJECTIONS", {})
    monkeypatch.setattr(jobs, "TASKS", {})
    monkeypatch.setattr(jobs, "PERIODIC", {})


@pytest.fixture
def background(any_app, registries):
    """Start relay and runner with `background()`; they stop with the test."""
    started = []

    def start():
        runner = Runner(any_app)
        relay = Relay(database(), runner.wake)
        relay.start()
        runner.start()
        started.append((relay, runner))
        return relay

    yield start
    for relay, runner in started:
        runner.stop()
        relay.stop()


@pytest.fixture
def eventually():
    """Wait until the condition holds, at most `seconds`."""

    def wait(condition, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, "it did not come true in time"
            time.sleep(0.02)
        return found

    return wait
