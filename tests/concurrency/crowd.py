"""Many callers at once: start together, collect what became of each call."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import flask

from dashboard.kernel.errors import DomainError


def crowd(app: flask.Flask, callers: int, calls: int, call: Callable[[int, int], Any]) -> Counter[Any]:
    """Run `call(caller, number)` from `callers` threads, `calls` times each, all starting together.

    Returns: how often each outcome came: the value returned, or the class of the error raised.
    """
    outcomes: list[Any] = []
    start = threading.Barrier(callers)

    def one(caller: int) -> None:
        with app.app_context():
            start.wait()
            for number in range(calls):
                try:
                    outcomes.append(call(caller, number))
                except DomainError as error:
                    outcomes.append(type(error))
                except Exception as error:  # noqa: BLE001 (the outcome is what the test looks at)
                    outcomes.append(repr(error))

    threads = [threading.Thread(target=one, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)
