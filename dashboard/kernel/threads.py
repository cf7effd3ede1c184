"""Threads under threading and under gevent: the SQLite writer is an OS thread in both, and hands its answers back safely.

Under gevent a thread is a greenlet, and a greenlet that waits for the disk stops every other one. `start` makes an OS thread
either way; `hand_back` runs a call where greenlets may be woken: in the hub's own thread.
"""

import _queue
import sys
import threading
from collections.abc import Callable
from typing import Any

queue_of_work = _queue.SimpleQueue
"""The interpreter's own queue, which gevent does not replace: waiting in it blocks one OS thread and nothing else."""


def is_green() -> bool:
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and monkey.is_module_patched("threading")


class OsThread:
    """A started OS thread. Call `join` from outside it."""

    def __init__(self, name: str, target: Callable[[], None]):
        self._done = threading.Event()
        self._target = target
        self.hand_back = _direct
        if not is_green():
            threading.Thread(target=self._run, name=name, daemon=True).start()
            return
        import gevent  # noqa: PLC0415 (only where it is in use already)
        from gevent import monkey  # noqa: PLC0415

        loop = gevent.get_hub().loop
        self.hand_back = loop.run_callback_threadsafe
        monkey.get_original("_thread", "start_new_thread")(self._run, ())

    def _run(self) -> None:
        try:
            self._target()
        finally:
            self.hand_back(self._done.set)

    def join(self, timeout: float) -> None:
        """Wait for its end, at most `timeout` seconds."""
        self._done.wait(timeout)


def _direct(call: Callable[..., Any], *args: Any) -> None:
    call(*args)
