"""The Socket.IO endpoint and what watches over the process: /healthz, /readyz, /metrics."""

from typing import Any

import flask

from dashboard.kernel.errors import Forbidden
from dashboard.live import engine, metrics
from dashboard.live.doors import MOST_MESSAGE_BYTES, Doors
from dashboard.live.hub import Hub
from dashboard.live.state import Lifecycle
from dashboard.web.access import PUBLIC, requires
from dashboard.web.application import only_below

PING_SECONDS = 25
PONG_SECONDS = 20
SPARE_THREADS = 60
"""Threads of a threading server that screens may not take."""
LOOPBACK = {"127.0.0.1", "::1"}

live = flask.Blueprint("live", __name__)
blueprints = (live,)


def init_app(app: flask.Flask) -> None:
    """Attach Socket.IO; rooms and threads begin with `Lifecycle.start`, in the serving process only."""
    config = app.extensions["orderdeck_config"]
    engine.install()
    if config.mode != "gevent":
        engine.ScreenSocket.most = config.threads - SPARE_THREADS
    flask_alone = app.wsgi_app
    socketio = engine.SocketIO(
        app,
        async_mode="gevent" if config.mode == "gevent" else "threading",
        transports=["websocket"],
        allow_upgrades=False,
        manage_session=False,
        async_handlers=False,
        max_http_buffer_size=MOST_MESSAGE_BYTES,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        serve_client=False,
    )
    # Its middleware copies the environment and makes a class for each request; only its own requests need that.
    app.wsgi_app = only_below("/socket.io/", app.wsgi_app, flask_alone)  # type: ignore[method-assign]
    hub = Hub(app, str(app.jinja_env.globals["build_id"]))
    app.extensions["orderdeck_live"] = Lifecycle(app, hub, Doors(app, socketio, hub))


@live.get("/healthz")
@requires(PUBLIC)
def health() -> Any:
    """The process answers."""
    return {"status": "ok"}


@live.get("/readyz")
@requires(PUBLIC)
def readiness() -> Any:
    """The process takes work: its database answers and it is not about to stop."""
    problem = _lifecycle().problem()
    return ({"status": "ready"}, 200) if problem is None else ({"status": problem}, 503)


@live.get("/metrics")
@requires(PUBLIC)
def numbers() -> Any:
    """Prometheus' text format, on the machine itself only."""
    if flask.request.remote_addr not in LOOPBACK or "X-Forwarded-For" in flask.request.headers:
        raise Forbidden("Metrics are read on this machine only.")
    text, content_type = metrics.exposition(_lifecycle())
    return flask.Response(text, content_type=content_type)


def _lifecycle() -> Lifecycle:
    return flask.current_app.extensions["orderdeck_live"]
