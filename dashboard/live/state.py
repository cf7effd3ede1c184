"""The background of a serving process: relay, runner, hub and doors start together and stop in the other order."""

from collections.abc import Callable

import flask
import sqlalchemy as sa

from dashboard.kernel.db import Database, db
from dashboard.kernel.relay import Relay
from dashboard.kernel.runner import Runner
from dashboard.live.doors import Doors
from dashboard.live.hub import Hub
from dashboard.live.neighbours import Neighbours


class Lifecycle:
    """Started by the serving mode only, never at import; `drain` is the first thing a stopping server does."""

    def __init__(self, app: flask.Flask, hub: Hub, doors: Doors):
        self.hub, self.doors = hub, doors
        self.relay: Relay | None = None
        self.neighbours: Neighbours | None = None
        self.runner: Runner | None = None
        self.draining = False
        self._app = app

    def start(self) -> None:
        config = self._app.extensions["orderdeck_config"]
        database: Database = self._app.extensions["orderdeck_database"]
        redis_url = "" if database.is_sqlite else config.redis_url  # one process writes to SQLite, so it runs the jobs too
        self.runner = Runner(self._app, redis_url, works=not redis_url)
        self.relay = Relay(database, self.runner.wake)
        self.relay.listen(self.hub.hear)
        self.relay.start()
        if redis_url:
            self.neighbours = Neighbours(redis_url, self.hub.hear_neighbour)
            self.hub.share(self.neighbours.tell)
            self.neighbours.start()
        self.hub.start(self.relay.seq)
        self.doors.start()
        self.runner.start()

    def drain(self, then: Callable[[], None]) -> None:
        """Answer 503 on /readyz, let the screens dial somewhere else, and call `then` a moment later. For signal handlers."""
        self.draining = True
        self.doors.drain(then)

    def stop(self) -> None:
        self.draining = True
        self.doors.stop()
        if self.runner is not None and self.relay is not None:
            self.runner.stop()
            if self.neighbours is not None:
                self.neighbours.stop()
            self.hub.stop()
            self.relay.stop()
            self.runner = self.relay = None

    def problem(self) -> str | None:
        """Why this process should get no work; None when it should."""
        if self.draining:
            return "stopping"
        try:
            db.session.execute(sa.text("SELECT value FROM meta WHERE key = 'epoch'")).one()
        except sa.exc.SQLAlchemyError:
            return "database"
        return None
