"""Serve with gunicorn: `python -m dashboard.serve`, which is what `flask serve` becomes. This file is gunicorn's configuration too.

One worker process holds the writer, the relay and the screens; gunicorn's first process loads no application. On SIGTERM /readyz
turns 503 and the screens are told to dial again, requests in flight finish, and everything has ended within ten seconds.
"""

import contextlib
import gc
import os
import signal
import sys
from typing import Any

from dashboard.config import ROOT, from_environment
from dashboard.web import unread

_config = from_environment()

bind = _config.bind
workers = 1
worker_class = "gevent" if _config.mode == "gevent" else "gthread"
threads = _config.threads
worker_connections = 10_000
graceful_timeout = 7
timeout = 60
keepalive = 15
control_socket_disable = True
preload_app = False
chdir = str(ROOT)
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 (gunicorn's heartbeat file)
loglevel = "warning"
forwarded_allow_ips = "*"  # nobody's address is looked up, for nothing of a proxy is believed here:
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
"""What proxies say is read by werkzeug's ProxyFix, as far as ORDERDECK_PROXIES goes."""

GARBAGE_EVERY = 20_000
"""Objects that come between two collections: each stops every thread, and at Python's 700 they cost a tenth of a busy server."""


def post_worker_init(worker: Any) -> None:
    """Start the background where the application is, and let SIGTERM drain it before gunicorn stops the worker."""
    lifecycle = worker.wsgi.extensions["orderdeck_live"]
    unread.install()
    settle_memory()
    if _config.one_core:
        keep_to_one_core()
    lifecycle.start()
    stop_worker: Any = signal.getsignal(signal.SIGTERM)

    def on_sigterm(number: int, frame: Any) -> None:
        if lifecycle.draining:
            stop_worker(number, frame)
        else:
            lifecycle.drain(then=lambda: os.kill(os.getpid(), signal.SIGTERM))

    signal.signal(signal.SIGTERM, on_sigterm)


def settle_memory() -> None:
    """What is loaded now stays for good: no collection looks at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_EVERY, 20, 20)


def keep_to_one_core() -> None:
    """Run all threads of this process on one core, where the system lets us choose.

    One thread at a time runs Python whatever the cores; on several they wake each other across cores for every statement of the
    database, which costs a third of the orders per second. What is left of the machine is PostgreSQL's, Redis' and the workers'.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})
        wait_in_turn()


def wait_in_turn() -> None:
    """Let a thread that wakes up wait until the running one is done (SCHED_BATCH): whoever runs Python holds the interpreter, and
    who interrupts it can only go back to sleep. A third of an order's context switches are such interruptions.
    """
    if hasattr(os, "SCHED_BATCH"):
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def worker_exit(_server: Any, worker: Any) -> None:
    app = getattr(worker, "wsgi", None)
    if app is not None:
        app.extensions["orderdeck_live"].stop()
        app.extensions["orderdeck_database"].close()


ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_ARENA_MAX": "2"}
"""glibc keeps a heap for each thread, and in each the 19 MiB a password check once took there: after a morning of sign-ins that is
more than all the rest. Blocks of a megabyte go back to the system instead, and two heaps are enough where one thread runs at a time."""


def main() -> None:
    """Replace this process by gunicorn's; what the environment says of the allocator stays."""
    environment = os.environ  # noqa: TID251 (settings of the C library, for the process that follows)
    environment.update({name: value for name, value in ALLOCATOR.items() if name not in environment})
    command = [sys.executable, "-m", "gunicorn", "-c", "python:dashboard.serve", "wsgi:app"]
    os.chdir(ROOT)
    os.execv(sys.executable, command)  # noqa: S606 (our own interpreter)


if __name__ == "__main__":
    main()
