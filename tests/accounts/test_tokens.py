"""API tokens: what they open, what they never open, and that a revoked one is dead."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.accounts import bearer, links, store
from dashboard.accounts.commands import CreateToken
from dashboard.accounts.model import AccessToken
from dashboard.accounts.token_actions import create_token, revoke_token
from dashboard.kernel import clock, db, outbox
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.kernel.ids import new_token, token_hash
from tests.accounts.helpers import api_token, kiosk_secret, sign_in

ADMIN = system("test")
API, PAGE = "/api/v1/who", "/who"


def rows() -> list:
    with db.db.engine.connect() as connection:
        return connection.execute(sa.select(AccessToken.__table__)).all()


def test_a_token_opens_the_api_with_its_role_and_channel(doors, client):
    answer = client.get(API, headers=api_token(doors, "channel", "web"))

    assert answer.status_code == 200
    assert answer.json["role"] == "channel"
    assert answer.json["channel"] == "web"
    assert answer.json["ref"].startswith("token:")


def test_a_token_never_opens_a_page(doors, client):
    answer = client.get(PAGE, headers=api_token(doors, "owner"))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/who")


def test_a_session_never_opens_the_api(doors, client):
    sign_in(client, "owner")

    assert client.get(PAGE).status_code == 200
    answer = client.get(API)
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Orderdeck"'
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_wall_token_opens_neither(doors, client):
    headers = {"Authorization": f"Bearer {kiosk_secret(doors)}"}

    assert client.get(API, headers=headers).status_code == 401
    assert client.get(PAGE, headers=headers).status_code == 303


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic dXNlcjpwYXNz", "Token x", "Bearer \u00e9"])
def test_what_is_no_token_of_ours_is_nobody(doors, client, header):
    assert client.get(API, headers={"Authorization": header.encode("latin-1").decode("latin-1")}).status_code == 401


def test_flask_security_s_own_tokens_open_nothing(doors, client):
    user = sign_in(client, "owner")
    with doors.test_request_context():
        token = user.get_auth_token()

    stranger = doors.test_client()
    assert stranger.get(PAGE, headers={"Authentication-Token": token}).status_code == 303
    assert stranger.get(f"{PAGE}?auth_token={token}").status_code == 303
    assert stranger.get("/change", headers={"Authentication-Token": token}).status_code == 303


def test_a_token_without_the_permission_is_told_which_one(doors, client):
    answer = client.get(API, headers=api_token(doors, "api_stock"))

    assert (answer.status_code, answer.json["facts"]["permission"]) == (403, "orders.read")


def test_a_revoked_token_is_dead_at_the_next_request(doors, client):
    headers = api_token(doors, "channel", "web")
    assert client.get(API, headers=headers).status_code == 200
    owner = doors.test_client()
    sign_in(owner, "owner")

    owner.post(f"/settings/tokens/{rows()[0].id}/revocation")

    assert client.get(API, headers=headers).status_code == 401


def test_a_token_revoked_by_another_process_dies_within_seconds(doors, client, monkeypatch):
    headers = api_token(doors, "channel", "web")
    assert client.get(API, headers=headers).status_code == 200
    db.write(revoke_token, rows()[0].id, ADMIN, clock.now())

    later = bearer.time.monotonic() + bearer.REMEMBERED + 0.1
    monkeypatch.setattr(bearer.time, "monotonic", lambda: later)

    assert client.get(API, headers=headers).status_code == 401


def test_an_expired_token_is_dead(app):
    secret = new_token()
    now = clock.now()
    db.write(create_token, CreateToken("api", "short", "channel", token_hash(secret), "web", hours=1), ADMIN, now)

    assert store.token_holder(token_hash(secret), "api", now + dt.timedelta(minutes=59)) is not None
    assert store.token_holder(token_hash(secret), "api", now + dt.timedelta(hours=1)) is None
    assert store.actor_of(f"token:{rows()[0].id}", now + dt.timedelta(hours=1)) is None


def test_only_the_hash_of_a_secret_is_stored(app):
    secret = links.new_api_token("shop", "channel", "web", ADMIN)

    assert rows()[0].secret_hash == token_hash(secret)
    assert secret not in str(rows())
    with db.db.engine.connect() as connection:
        assert secret not in str(outbox.after(connection, 0, 10))


def test_last_use_is_noted_once_a_minute(doors, client, monkeypatch):
    headers = api_token(doors, "channel", "web")
    client.get(API, headers=headers)
    first = rows()[0]
    client.get(API, headers=headers)
    assert rows()[0].last_seen_at == first.last_seen_at
    assert first.last_seen_ip == "127.0.0.1"

    later = bearer.time.monotonic() + bearer.SEEN_EVERY
    monkeypatch.setattr(bearer.time, "monotonic", lambda: later)
    client.get(API, headers=headers)

    assert rows()[0].last_seen_at > first.last_seen_at


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (CreateToken("api", "x", "kiosk", "h", "web"), "role"),
        (CreateToken("api", "x", "root", "h", "web"), "role"),
        (CreateToken("kiosk", "x", "owner", "h"), "role"),
        (CreateToken("setup", "x", "channel", "h", "web"), "role"),
        (CreateToken("api", "x", "channel", "h"), "channel"),
        (CreateToken("api", "  ", "owner", "h"), "name"),
    ],
)
def test_a_token_of_the_wrong_kind_is_not_made(app, command, field):
    with pytest.raises(Invalid) as refused:
        db.write(create_token, command, ADMIN, clock.now())

    assert list(refused.value.facts["fields"]) == [field]
    assert rows() == []


def test_revoking_twice_is_one_event_and_an_unknown_one_is_said(app):
    links.new_api_token("shop", "channel", "web", ADMIN)
    token_id = rows()[0].id
    db.write(revoke_token, token_id, ADMIN, clock.now())
    db.write(revoke_token, token_id, ADMIN, clock.now())

    with pytest.raises(NotFound):
        db.write(revoke_token, 999, ADMIN, clock.now())

    with db.db.engine.connect() as connection:
        assert [event.type for event in outbox.after(connection, 0, 10)] == ["TokenCreated", "TokenRevoked"]
