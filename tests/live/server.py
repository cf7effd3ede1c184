"""A live server inside the test: real sockets, a slice of the test's own, and screens that follow the protocol."""

import contextlib
import socket
import threading
import time

import flask
import socketio
import sqlalchemy as sa
from werkzeug.serving import make_server

from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.events import event
from dashboard.kernel.outbox import Meta
from dashboard.web import livepage
from dashboard.web.livepage import Cell, Id, Payload, Row, Standing
from tests.patience import PATIENCE

PERMISSIONS = frozenset({"orders.read", "orders.prices", "stock.read", "kpis.read"})
ACTOR = system("test")


@event("test")
class Shifted:
    """A thing of the test's own changed."""

    id: int
    version: int
    order_id: int


def shift(tx, order_id, times=1):
    """One more version of the thing; returns it."""
    key = f"thing:{order_id}"
    version = int(tx.execute(sa.select(Meta.value).where(Meta.key == key)).scalar() or 0)
    for _ in range(times):
        version += 1
        tx.record(Shifted(order_id, version, order_id), ACTOR, clock.now())
    tx.execute(sa.delete(Meta).where(Meta.key == key))
    tx.execute(sa.insert(Meta).values(key=key, value=str(version)))
    return version


def things(ids=None):
    """{order_id: version} of all things, or of these."""
    rows = db.db.session.execute(sa.select(Meta.key, Meta.value).where(Meta.key.startswith("thing:"))).all()
    found = {int(row.key.partition(":")[2]): int(row.value) for row in rows}
    return found if ids is None else {key: found[key] for key in ids if key in found}


def register(renders):
    """The providers of the test's slice; `renders` counts how often each room was rendered."""

    @livepage.provider("orders", "order")
    def rows(changes, actor):
        renders.append((changes.room.name, changes.brief))
        found = things(changes.orders)
        if changes.brief:
            return Payload(ids=[Id(f"order-{key}", version) for key, version in found.items()])
        price = " £5" if actor.may("orders.prices") else ""
        html = '<tr id="order-{0}" data-v="{1}"><td>{1}{2}</td></tr>'
        return Payload(
            rows=[Row(f"order-{key}", version, html.format(key, version, price)) for key, version in found.items()],
            facets={"all": len(things())},
        )

    @livepage.provider("stock")
    def cells(changes, actor):
        return Payload(cells=[Cell(f"stock-{sku}-{place}", 1, {"available": 3}) for sku, place in sorted(changes.stock)])

    @livepage.provider("kpi", every=0.3)
    def tiles(changes, actor):
        count = sum(things().values())
        return Payload(rows=[Row("tile-count", livepage.clock_version(), f'<div id="tile-count">{count}</div>')])


class People:
    """Who may look, as the test wants it."""

    def __init__(self):
        self.standing = {"1": Standing(Actor("tester", "1", "Tess", permissions=PERMISSIONS), "s1")}

    def find(self, actor_id):
        return self.standing.get(actor_id)


class Server:
    """The application on a port, its background started."""

    def __init__(self, app, people):
        self.app, self.people = app, people
        self.lifecycle = app.extensions["orderdeck_live"]
        self.lifecycle.start()
        self._http = make_server("127.0.0.1", 0, app, threaded=True)
        self.port = self._http.server_port
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self):
        self.lifecycle.stop()
        self._http.shutdown()
        self._http.server_close()

    def page(self, *rooms, actor_id="1"):
        """What a page of this actor carries: (Live, {order_id: version} of its rows)."""
        who = self.people.find(actor_id).actor
        with self.app.test_request_context("/"):
            flask.g.actor = who
            return livepage.live_page(*rooms), things()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


class TestScreen:
    """A screen as the browser's code plays it: keeps versions, asks for what it missed, fetches when told to."""

    __test__ = False

    def __init__(self, server, *rooms, headers=None):
        self.server, self.rooms = server, rooms
        self.live, self.versions = server.page(*rooms)
        self.epoch, self.start = self.live.epoch, self.live.seq
        self.seen, self.batches, self.beats, self.resets, self.denied, self.cells = {}, [], [], [], [], {}
        self.html, self.fetches, self.asked = {}, 0, 0
        self._lock = threading.RLock()
        self.client = socketio.Client(reconnection_delay=0.05, reconnection_delay_max=0.2, randomization_factor=0)
        for name in ("batch", "reset", "beat", "denied"):
            self.client.on(name, getattr(self, f"on_{name}"))
        self.client.connect(server.url, transports=["websocket"], auth=self.auth, headers=headers or {}, wait_timeout=PATIENCE)

    def auth(self):
        with self._lock:
            return {"screen": self.live.screen, "epoch": self.epoch, "seqs": {"*": self.start, **self.seen}}

    def known(self, room):
        return self.seen.get(room, self.start)

    def on_batch(self, batch):
        with self._lock:
            self.batches.append(batch)
            room = batch["room"]
            if batch["epoch"] != self.epoch or batch["prev"] > self.known(room):
                return self.ask(room)
            if batch["seq"] < self.known(room) or (batch["seq"] == self.known(room) and batch["prev"] != batch["seq"]):
                return None
            self.seen[room] = batch["seq"]
            for row in batch.get("rows", ()):
                self.show(row["k"], row["v"])
                self.html[row["k"]] = row["html"]
            for cell in batch.get("cells", ()):
                self.cells[cell["k"]] = cell["n"]
            if batch.get("ids"):
                self.fetch()
        return None

    def on_reset(self, message):
        with self._lock:
            self.resets.append(message)
            if message["epoch"] != self.epoch:
                self.epoch, self.seen, self.start = message["epoch"], {}, message["seq"]
            self.seen[message["room"]] = message["seq"]
            self.fetch()

    def on_beat(self, beat):
        with self._lock:
            self.beats.append(beat)
            for room, seq in beat["seqs"].items():
                if seq > self.known(room):
                    self.ask(room)

    def on_denied(self, message):
        self.denied.append(message)

    def ask(self, room):
        self.asked += 1
        self.client.emit("catchup", {"room": room, "seq": self.known(room), "epoch": self.epoch})

    def fetch(self):
        """What the browser does with ids and resets: load the visible part, again until it is served."""
        self.fetches += 1
        while True:
            try:
                _, versions = self.server.page(*self.rooms)
                break
            except sa.exc.OperationalError:
                time.sleep(0.2)
        for key, version in versions.items():
            self.show(f"order-{key}", version)

    def show(self, key, version):
        order_id = key.removeprefix("order-")
        if order_id.isdigit():
            self.versions[int(order_id)] = max(version, self.versions.get(int(order_id), 0))

    def cut(self):
        """The network goes away: no goodbye."""
        with contextlib.suppress(OSError, AttributeError):
            self.client.eio.ws.sock.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.client.shutdown()


def eventually(condition, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)
    return found
