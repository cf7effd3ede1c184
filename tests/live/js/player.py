"""A small server that plays the live protocol from a script, for tests of the browser side alone.

Run as `python player.py PORT`. Tests steer it over HTTP: POST /_emit pushes a message, POST /_set changes what it
serves, GET /_log tells what screens said.
"""

import contextlib
import copy
import socket
import sys
import time
from pathlib import Path

import flask
from flask_socketio import SocketIO

STATIC = Path(__file__).parents[3] / "static"
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'"

app = flask.Flask(__name__, static_folder=str(STATIC), template_folder=str(Path(__file__).parent / "pages"))
app.config.update(SECRET_KEY="player", TEMPLATES_AUTO_RELOAD=False)
socketio = SocketIO(app, async_mode="threading")

FIRST = {
    "epoch": "e1", "seq": 10, "build": "b1", "view": "all", "filtered": "", "since": "", "page_status": 200,
    "rows": {f"order-{n}": {"v": 1, "phase": "To pick", "views": "all to_pick", "note": ""} for n in range(1, 41)},
    "history": [], "refuse": False, "answers": [],
}  # fmt: skip
SILENT = {"auth": [], "catchup": [], "saves": [], "parts": 0}
world = copy.deepcopy(FIRST)
log = copy.deepcopy(SILENT)
wires = []


@app.after_request
def secure(response):
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cache-Control"] = "no-store"
    return response


@app.get("/player.css")
def stylesheet():
    return ".log { height: 60px; overflow: auto; }", 200, {"Content-Type": "text/css"}


@app.get("/<page>")
def show(page):
    return flask.render_template(f"{page}.html", world=world, **world), world["page_status"]


@app.get("/part/rows")
def rows_part():
    log["parts"] += 1
    body = flask.render_template("_rows.html", world=world, **world)
    return body, 200, {"X-Live-Epoch": world["epoch"], "X-Live-Seq": str(world["seq"])}


@app.get("/part/tiles")
def tiles_part():
    return flask.render_template("_tiles.html", **world), 200, {"X-Live-Epoch": world["epoch"], "X-Live-Seq": str(world["seq"])}


@app.post("/save")
def save():
    log["saves"].append(flask.request.form.to_dict())
    status, headers, body = world["answers"].pop(0) if world["answers"] else (200, {}, "<p id='result'>saved</p>")
    return body, status, headers


@app.post("/_emit")
def emit():
    message = flask.request.get_json()
    socketio.emit(message["event"], message["data"])
    return {}


@app.post("/_set")
def change():
    world.update(flask.request.get_json())
    return {}


@app.post("/_forget")
def forget():
    world.update(copy.deepcopy(FIRST))
    log.update(copy.deepcopy(SILENT))
    return {}


@app.post("/_play")
def play():
    """Change rows one after the other, cutting every connection now and then; answers the versions reached."""
    changes, cuts = (flask.request.get_json()[name] for name in ("changes", "cuts"))
    for number in range(changes):
        change_row(f"order-{1 + number % 40}")
        if number % (changes // cuts) == 0:
            cut_connections()
        time.sleep(0.005)
    return {key: row["v"] for key, row in world["rows"].items()}


def change_row(key):
    facts = world["rows"][key]
    facts["v"] += 1
    world["seq"] += 1
    row = {"k": key, "v": facts["v"], "html": flask.render_template("_row.html", key=key, **facts)}
    batch = {"epoch": world["epoch"], "room": "orders", "prev": world["seq"] - 1, "seq": world["seq"], "rows": [row]}
    world["history"].append(batch)
    socketio.emit("batch", batch)


def cut_connections():
    """Cut what is connected; on a busy machine the screen may still be on its way back from the cut before."""
    end = time.monotonic() + 30
    while not wires and time.monotonic() < end:
        time.sleep(0.01)
    while wires:
        with contextlib.suppress(OSError):  # it may be gone already
            wires.pop().shutdown(socket.SHUT_RDWR)


@app.get("/_log")
def told():
    return log


@app.get("/_row/<key>")
def row(key):
    return flask.render_template("_row.html", key=key, **world["rows"][key])


@socketio.on("connect")
def connect(auth):
    log["auth"].append(auth)
    wires.append(flask.request.environ["werkzeug.socket"])
    replay("orders", auth["seqs"].get("orders", auth["seqs"].get("*")))
    if world["refuse"]:
        socketio.emit("denied", {"reason": "revoked"}, to=flask.request.sid)


@socketio.on("catchup")
def catchup(message):
    log["catchup"].append(message)
    replay(message["room"], message["seq"])


def replay(room, seq):
    for batch in list(world["history"]):
        if batch["room"] == room and batch["seq"] > seq:
            socketio.emit("batch", batch, to=flask.request.sid)


if __name__ == "__main__":
    socketio.run(app, "127.0.0.1", int(sys.argv[1]), allow_unsafe_werkzeug=True)
