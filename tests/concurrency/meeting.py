"""Two sessions of PostgreSQL that meet: one has done its part and not committed yet when the other does its own."""

import threading
import time
from collections.abc import Callable
from typing import Any

import flask

from dashboard.kernel import db
from dashboard.kernel.errors import DomainError
from dashboard.kernel.tx import Tx
from tests.factories import MIA, NOW, do, one
from tests.patience import PATIENCE

Asked = tuple[Callable[..., Any], Any]
"""An action and its command."""
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'"
)


class Other(threading.Thread):
    """Does one thing in a session of its own. outcome: "done", the class of its refusal, or the error that is none."""

    def __init__(self, app: flask.Flask, asked: Asked):
        super().__init__()
        self._app, self._asked = app, asked
        self.outcome: Any = None

    def run(self) -> None:
        with self._app.app_context():
            try:
                do(*self._asked)
                self.outcome = "done"
            except DomainError as error:
                self.outcome = type(error)
            except Exception as error:  # noqa: BLE001 (the outcome is what the test looks at)
                self.outcome = repr(error)

    def start_and_wait(self) -> None:
        """Until it is done, or waits for a lock."""
        self.start()
        deadline = time.monotonic() + PATIENCE
        while self.is_alive() and not one(WAITING) and time.monotonic() < deadline:
            time.sleep(0.01)


def meet(app: flask.Flask, first: Asked, second: Asked, before: Callable[[Tx], Any] | None = None) -> Any:
    """What becomes of the second, which meets the first right before its commit; with `before`, after that part of the first alone.

    So `before` locks what the first locks first: when the two wait for each other, one of them is thrown out.
    """
    with db.db.engine.connect() as connection, connection.begin():
        tx = Tx(connection)
        other = Other(app, second)
        if before:
            before(tx)
            other.start_and_wait()
        first[0](tx, first[1], MIA, NOW)
        if not before:
            other.start_and_wait()
        tx.finish()
    other.join(PATIENCE)
    return other.outcome
