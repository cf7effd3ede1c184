"""The application with what the screens' bench asks of it: a page's ticket, one change, and the raw limit in the same process."""

import gc
import socket
import threading
import time
from pathlib import Path
from typing import Any

import flask
import sqlalchemy as sa

from dashboard.factory import create_app
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor, system
from dashboard.live.lines import text_frame
from dashboard.orders.actions import place_hold, release_hold
from dashboard.orders.commands import PlaceHold, ReleaseHold
from dashboard.orders.model import Order
from dashboard.web import livepage
from dashboard.web.access import PUBLIC, requires

LOOKER = Actor("bench", "1", "Bench", permissions=frozenset({"orders.read", "orders.prices"}))
blueprint = flask.Blueprint("bench_screens", __name__, url_prefix="/bench")
raw_screens: list[socket.socket] = []
rendered: list[float] = []
commits: list[float] = []
"""When the writer was done with each commit."""


@livepage.resolver("bench")
def find(_actor_id: str) -> livepage.Standing:
    return livepage.Standing(LOOKER)


@blueprint.get("/page")
@requires(PUBLIC)
def page() -> dict[str, Any]:
    """What an order list's page carries."""
    live = livepage.live_page("orders", actor=LOOKER)
    return {"screen": live.screen, "epoch": live.epoch, "seq": live.seq}


@blueprint.get("/open-order")
@requires(PUBLIC)
def open_order() -> dict[str, int]:
    """An order that can be held."""
    query = sa.select(Order.id).where(Order.phase == "to_pick").order_by(Order.id.desc()).limit(1)
    return {"id": db.db.session.execute(query).scalar_one()}


@livepage.provider("orders")
def note_rendered(_changes: livepage.Changes, _actor: Actor) -> livepage.Payload:
    """The last of the room's providers: the batch is rendered now."""
    rendered[:] = [time.perf_counter()]
    return livepage.Payload()


@blueprint.get("/rendered")
@requires(PUBLIC)
def when_rendered() -> dict[str, float]:
    return {"at": rendered[0]}


@blueprint.get("/change/<int:order_id>")
@requires(PUBLIC)
def change(order_id: int) -> dict[str, float]:
    """Hold one order, or release it; the moments before it and after its commit, on the clock that every process shares."""
    open_hold = next((hold for hold in db.db.session.get(Order, order_id).holds if hold.released_at is None), None)
    command = PlaceHold(order_id, "address") if open_hold is None else ReleaseHold(open_hold.id, "settled")
    action = place_hold if open_hold is None else release_hold
    before = time.perf_counter()
    db.write(action, command, system("bench"), clock.now())
    while not commits or commits[-1] < before:  # the writer tells its listeners after its callers
        time.sleep(0)
    return {"before": before, "after": commits[-1]}


@blueprint.get("/raw/<int:size>")
@requires(PUBLIC)
def raw(size: int) -> dict[str, float]:
    """The limit: the same number of bytes to every raw screen, in one loop."""
    frame = text_frame("x" * size)
    before = time.perf_counter()
    for screen in raw_screens:
        screen.sendall(frame)
    return {"before": before, "after": time.perf_counter()}


@blueprint.get("/rss")
@requires(PUBLIC)
def rss() -> dict[str, int]:
    """Resident KiB of this process, and how many screens it has."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    doors = flask.current_app.extensions["orderdeck_live"].doors
    return {"kib": int(status.split("VmRSS:")[1].split()[0]), "screens": len(doors.members), "raw": len(raw_screens)}


@blueprint.get("/raw-port")
@requires(PUBLIC)
def raw_port() -> dict[str, int]:
    """A port whose connections become raw screens."""
    door = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_admit, args=(door,), daemon=True).start()
    return {"port": door.getsockname()[1]}


def _admit(door: socket.socket) -> None:
    while True:
        screen, _ = door.accept()
        screen.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw_screens.append(screen)


def application() -> flask.Flask:
    """What gunicorn serves."""
    app = create_app()
    app.register_blueprint(blueprint)
    app.extensions["orderdeck_database"].committed.insert(0, lambda: commits.append(time.perf_counter()))
    return app
