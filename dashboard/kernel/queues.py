"""huey's queues: in memory with workers that wait instead of polling, or on Redis."""

import threading
import time
from typing import Any

from dashboard.kernel.imports import without
from dashboard.kernel.threads import is_green

with without("redis", "psycopg", "psycopg2", "peewee", "gevent"):
    from huey import MemoryHuey, RedisHuey
    from huey.consumer import Consumer
    from huey.storage import MemoryStorage

WAIT_SECONDS = 1.0
NAME = "orderdeck"


class WaitingStorage(MemoryStorage):
    """Memory storage whose `dequeue` waits for a task, as Redis does: a job starts at once and idle workers sleep."""

    blocking = True

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._filled = threading.Condition()

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        with self._filled:
            super().enqueue(data, priority)
            self._filled.notify()

    def dequeue(self) -> bytes | None:
        with self._filled:
            if not self._queue:
                self._filled.wait(WAIT_SECONDS)
            return super().dequeue()

    def release(self) -> None:
        """Let the workers that wait look up once."""
        with self._filled:
            self._filled.notify_all()


class EmbeddedConsumer(Consumer):
    """huey's consumer as threads of a process that has signal handlers of its own."""

    def __init__(self, huey: Any, workers: int):
        kind = "greenlet" if is_green() else "thread"
        super().__init__(
            huey, workers=workers, periodic=False, worker_type=kind, check_worker_health=False, max_delay=WAIT_SECONDS
        )

    def _set_signal_handlers(self) -> None:
        pass

    def stop(self, seconds: float) -> None:  # type: ignore[override]
        """Let running tasks end, for at most `seconds`."""
        self.stop_flag.set()
        if isinstance(self.huey.storage, WaitingStorage):
            self.huey.storage.release()
        deadline = time.monotonic() + seconds
        for _, thread in self.worker_threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def queue_for(redis_url: str) -> Any:
    """The queue in memory, or on Redis (import redis before this module, or huey counts it as not installed)."""
    if redis_url:
        return RedisHuey(NAME, url=redis_url, results=False, read_timeout=WAIT_SECONDS)
    return MemoryHuey(NAME, storage_class=WaitingStorage, results=False, store_none=False)
