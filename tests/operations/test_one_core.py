"""`flask serve` keeps its threads on one core, where none interrupts another, unless it is told not to."""

import os
from pathlib import Path

import pytest

from tests.serving import Served

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not let a process choose its cores")


@pytest.mark.parametrize(("setting", "kept"), [({}, True), ({"ORDERDECK_ONE_CORE": "0"}, False)], ids=["as delivered", "told not to"])
def test_the_serving_process_and_the_cores(app, setting, kept):
    server = Served(Path(app.instance_path), **setting)
    try:
        worker = max(server.worker_pids())
        threads = [int(task) for task in os.listdir(f"/proc/{worker}/task")]
        cores = {frozenset(os.sched_getaffinity(thread)) for thread in threads}
        policies = {os.sched_getscheduler(thread) for thread in threads}
    finally:
        server.kill()

    assert len(threads) > 1
    expected = 1 if kept else len(os.sched_getaffinity(0))
    assert {len(each) for each in cores} == {expected}
    assert len(cores) == 1
    assert policies == {os.SCHED_BATCH if kept else os.SCHED_OTHER}
