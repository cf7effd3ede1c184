"""Who may connect, what strangers can do, and who is shown out."""

import base64
import os
import socket

import pytest
import socketio

from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.live import doors, lines
from dashboard.web.livepage import Standing
from tests.live.server import eventually, shift
from tests.patience import PATIENCE


def connect_raw(server, headers="", host="127.0.0.1"):
    """A websocket by hand; returns the socket and the first bytes of the answer."""
    raw = socket.create_connection((host, server.port))
    key = base64.b64encode(os.urandom(16)).decode()
    raw.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n".encode()
    )
    return raw, raw.recv(4096)


def text(payload: bytes) -> bytes:
    """A masked text frame of a client."""
    size = len(payload)
    head = b"\x81" + (
        bytes([0x80 | size])
        if size < 126
        else bytes([0xFE]) + size.to_bytes(2)
        if size < 65536
        else bytes([0xFF]) + size.to_bytes(8)
    )
    return head + b"\0\0\0\0" + payload


def refused(server, auth):
    client = socketio.Client(reconnection=False)
    reasons = []
    client.on("connect_error", reasons.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(server.url, transports=["websocket"], auth=auth, wait_timeout=PATIENCE)
    return reasons


@pytest.mark.parametrize("auth", [None, {}, {"screen": "nonsense"}, {"screen": 7}, ["x"]], ids=str)
def test_a_screen_that_is_not_ours_is_refused(server, auth):
    assert refused(server, auth)


def test_a_tampered_screen_is_refused(server):
    token = server.page("orders")[0].screen
    payload, _, signature = token.partition(".")

    assert refused(server, {"screen": payload[:-2] + "xx." + signature})


def test_a_screen_older_than_a_day_is_refused(server, monkeypatch):
    from dashboard.web import livepage

    token = server.page("orders")[0].screen
    monkeypatch.setattr(livepage, "LONGEST_HOURS", -1)

    assert refused(server, {"screen": token})


def test_a_disabled_person_is_refused(server, people):
    token = server.page("orders")[0].screen
    people.standing.clear()

    assert refused(server, {"screen": token})


def test_a_foreign_origin_is_refused_and_our_own_is_not(server):
    raw, answer = connect_raw(server, "Origin: https://evil.example\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    raw.close()

    raw, answer = connect_raw(server, f"Origin: http://127.0.0.1:{server.port}\r\n")
    assert answer.startswith(b"HTTP/1.1 101")
    raw.close()


def test_polling_is_refused(server):
    client = socketio.Client(reconnection=False)

    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(server.url, transports=["polling"], wait_timeout=PATIENCE)


def test_compression_is_not_agreed_on(server):
    raw, answer = connect_raw(server, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")

    assert answer.startswith(b"HTTP/1.1 101")
    assert b"extensions" not in answer.lower()
    raw.close()


def test_a_message_above_64_kib_ends_the_connection(server):
    raw, _ = connect_raw(server)
    raw.sendall(text(b"4" + b"x" * 70_000))

    raw.settimeout(PATIENCE)
    received = b""
    while chunk := raw.recv(4096):
        received += chunk
    assert (1009).to_bytes(2) in received


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"9",
        b"4",
        b"42",
        b'42["catchup"]',
        b'42["catchup",null]',
        b'42["catchup",{"room":{}}]',
        b"42{",
        b"451-[]",
        b"\xff\xfe",
    ],
    ids=repr,
)
def test_malformed_messages_disturb_nobody(server, screen, payload):
    mine = screen("orders")
    raw, _ = connect_raw(server)
    raw.sendall(text(b"40") + text(payload))

    db.write(shift, 1)

    eventually(lambda: mine.versions.get(1) == 1)
    raw.close()


def test_who_connects_and_shows_no_screen_is_hung_up_on(server, monkeypatch):
    monkeypatch.setattr(doors, "LONGEST_KNOCK_SECONDS", 0.5)
    raw, _ = connect_raw(server)

    raw.settimeout(PATIENCE)
    while raw.recv(4096):
        pass


def test_a_screen_asks_only_for_its_own_rooms(server, screen):
    mine = screen("orders")

    mine.client.emit("catchup", {"room": "stock", "seq": 0, "epoch": mine.epoch})
    mine.client.emit("catchup", {"room": "orders:plain", "seq": 0, "epoch": mine.epoch})
    db.write(shift, 1)

    eventually(lambda: mine.versions.get(1) == 1)
    assert {batch["room"] for batch in mine.batches} == {"orders:full"}


def test_a_room_the_actor_may_not_join_is_left_out_of_the_page(server, screen, people):
    people.standing["1"] = Standing(Actor("tester", "1", "Tess", permissions=frozenset({"stock.read"})), "s1")

    mine = screen("orders", "stock", "t:5")

    assert set(eventually(lambda: mine.beats)[0]["seqs"]) == {"stock"}


@pytest.mark.parametrize("how", ["disabled", "signed out", "role lost"])
def test_a_revoked_person_is_cut_off_and_the_others_stay(server, screen, people, monkeypatch, how):
    monkeypatch.setattr(doors, "CHECK_SECONDS", 0.2)
    people.standing["2"] = Standing(Actor("tester", "2", "Tom", permissions=people.standing["1"].actor.permissions), "s1")
    page, server.page = server.page, lambda *rooms: page(*rooms, actor_id="2")
    other = screen("orders")
    server.page = page
    mine = screen("orders")
    mine.client.reconnection = other.client.reconnection = False
    actor = people.standing["1"].actor

    if how == "disabled":
        del people.standing["1"]
    elif how == "signed out":
        people.standing["1"] = Standing(actor, "s2")
    else:
        people.standing["1"] = Standing(Actor("tester", "1", "Tess", permissions=frozenset({"stock.read"})), "s1")

    eventually(lambda: mine.denied and not mine.client.connected)
    assert mine.denied == [{"reason": "revoked"}]
    assert other.client.connected


def test_an_event_of_revocation_cuts_at_once(server, screen, people, monkeypatch):
    from dashboard.accounts.events import UserDisabled
    from dashboard.kernel import clock
    from tests.live.server import ACTOR

    monkeypatch.setattr(doors, "CHECK_SECONDS", 10 * PATIENCE)
    mine = screen("orders")
    mine.client.reconnection = False
    people.standing.clear()

    db.write(lambda tx: tx.record(UserDisabled(1, 2), ACTOR, clock.now()))

    eventually(lambda: not mine.client.connected)


def test_a_stalled_screen_is_dropped_and_costs_the_others_nothing(server, screen, monkeypatch):
    mine = screen("orders")
    monkeypatch.setattr(lines, "MOST_BYTES", 10**9)
    raw, _ = connect_raw(server)
    page, _ = server.page("orders")
    raw.sendall(text(b'40{"screen":"%s","epoch":"%s","seqs":{"*":%d}}' % (page.screen.encode(), page.epoch.encode(), page.seq)))
    hub = server.lifecycle.hub
    eventually(lambda: len(server.lifecycle.doors.members) == 2)
    (stalled,) = [member for member in server.lifecycle.doors.members.values() if member.sid != mine.client.get_sid()]
    big = lines.text_frame("42" + '["nothing","' + "x" * 400_000 + '"]')

    for _ in range(230):  # it reads nothing: the kernel's buffers fill, then its line
        stalled.send(big)
    db.write(shift, 1)

    eventually(lambda: mine.versions.get(1) == 1)
    eventually(lambda: len(server.lifecycle.doors.members) == 1)
    assert stalled.socket.line.dropped
    eventually(lambda: all(stalled.sid not in state.members for state in hub.rooms.values()))
    raw.close()


def test_a_screen_that_pauses_loses_nothing(server, monkeypatch):
    """A plain `send` of whole frames drops the rest of a partial write: 10 of 10 paused clients lost their stream."""
    raw, _ = connect_raw(server)
    page, _ = server.page("orders")
    raw.sendall(text(b'40{"screen":"%s","epoch":"%s","seqs":{"*":%d}}' % (page.screen.encode(), page.epoch.encode(), page.seq)))
    eventually(lambda: server.lifecycle.doors.members)
    (member,) = server.lifecycle.doors.members.values()
    for number in range(150):
        member.send(lines.text_frame(f"<<{number:04d}" + "x" * 60_000 + f"{number:04d}>>"))
    assert member.socket.line.waiting > 0

    received = b""
    raw.settimeout(PATIENCE)
    while b"0149>>" not in received[-70_000:]:
        received += raw.recv(1 << 20)

    assert all(b"<<%04d" % number + b"x" * 60_000 + b"%04d>>" % number in received for number in range(150))
    eventually(lambda: member.socket.line.waiting == 0)
    raw.close()


def test_a_server_that_is_full_says_so(server, monkeypatch):
    from dashboard.live.engine import ScreenSocket

    monkeypatch.setattr(ScreenSocket, "most", 1)
    first, answer = connect_raw(server)
    assert answer.startswith(b"HTTP/1.1 101")
    second, answer = connect_raw(server)
    assert answer.startswith(b"HTTP/1.1 503")
    first.close()
    second.close()


def test_people_at_one_order_see_each_other_and_a_stranger_to_the_room_says_nothing(server, monkeypatch):
    monkeypatch.setattr(doors, "SEEN", {"tester"})
    seen, may = {}, frozenset({"orders.read", "orders.prices"})
    for id_ in ("2", "3"):
        server.people.standing[id_] = Standing(Actor("tester", id_, f"Tester {id_}", permissions=may))

    def come(name, *rooms):
        client = socketio.Client(reconnection=False)
        client.on("people", lambda message: seen.update({name: message}))
        client.connect(server.url, transports=["websocket"], auth={"screen": server.page(*rooms, actor_id=name)[0].screen})
        return client

    mia, tom = come("1", "order:17"), come("2", "order:17")
    eavesdropper = come("3", "orders")
    for client in (mia, tom, eavesdropper):
        client.emit("present", {"room": "order:17", "editing": client is tom})
    for nonsense in (None, 7, {"room": ["order:17"]}, {"room": "t:17"}, {"room": "order:18"}):
        eavesdropper.emit("present", nonsense)

    eventually(lambda: [person["editing"] for person in seen.get("1", {}).get("people", [])] == [True])
    tom.disconnect()
    eventually(lambda: seen["1"]["people"] == [])
    assert "3" not in seen
    for client in (mia, eavesdropper):
        client.disconnect()
