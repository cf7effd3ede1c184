"""Wall displays: address to cookie, pairing by six digits, switching off."""

import datetime as dt
import re

import flask
import pytest
import sqlalchemy as sa

from dashboard.accounts import kiosk, store
from dashboard.accounts.commands import PairDisplay
from dashboard.accounts.model import AccessToken
from dashboard.accounts.token_actions import pair_display, revoke_token
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Invalid
from dashboard.web import access
from dashboard.web.access import PUBLIC, requires
from tests.accounts.helpers import api_token, kiosk_secret, sign_in

ADMIN = system("test")


@pytest.fixture
def wall(app):
    """An application with a wall page, ours where the wallboard has none yet."""
    if not any(rule.rule == "/wall" for rule in app.url_map.iter_rules()):

        @requires(PUBLIC)
        def show():
            answer = kiosk.door()
            return answer if answer is not None else f"wall of {access.actor().ref}"

        app.add_url_rule("/wall", "test_wall", show)

    @requires("orders.read")
    def orders():
        return "orders"

    app.add_url_rule("/test-orders", "test_orders", orders)
    return app


def tokens() -> list:
    with db.db.engine.connect() as connection:
        return connection.execute(sa.select(AccessToken.__table__)).all()


def code_of(answer) -> str:
    return "".join(re.search(r'class="code"[^>]*>(\d{3}) (\d{3})<', answer.get_data(as_text=True)).groups())


def test_the_token_moves_from_the_address_into_a_cookie(wall, client):
    answer = client.get(f"/wall?token={kiosk_secret(wall)}")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/wall")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/wall").status_code == 200


def test_a_display_sees_the_wall_and_nothing_else(wall, client):
    client.get(f"/wall?token={kiosk_secret(wall)}")

    assert client.get("/wall").status_code == 200
    assert client.get("/test-orders").headers["Location"] == "/login?next=/test-orders"
    assert client.get("/displays").status_code == 303


@pytest.mark.parametrize("secret", ["wrong", "", "\u00e9", "x" * 5000])
def test_a_wrong_token_is_switched_off_and_sets_no_cookie(wall, client, secret):
    answer = client.get("/wall", query_string={"token": secret})

    assert answer.status_code == 410
    assert "Set-Cookie" not in answer.headers


def test_an_api_token_does_not_open_the_wall(wall, client):
    secret = api_token(wall, "owner")["Authorization"].split()[1]

    assert client.get(f"/wall?token={secret}").status_code == 410


def test_a_screen_shows_six_digits_and_opens_by_itself_once_paired(wall, client):
    first = client.get("/wall")
    assert first.status_code == 401
    assert first.headers["Refresh"] == "5"
    code = code_of(first)
    assert code_of(client.get("/wall")) == code  # it keeps its code while it waits
    boss = wall.test_client()
    sign_in(boss, "ops_manager")

    paired = boss.post("/displays/pairing", data={"code": f"{code[:3]} {code[3:]}", "name": "Packing hall"})

    assert paired.status_code == 303
    assert client.get("/wall").status_code == 200
    assert [(token.kind, token.name, token.code, token.expires_at) for token in tokens()] == [
        ("kiosk", "Packing hall", None, None)
    ]


def test_another_screen_is_not_let_in_by_that_code(wall, client):
    code = code_of(client.get("/wall"))
    other = wall.test_client()
    other.get("/wall")

    db.write(pair_display, PairDisplay(code, "Hall"), ADMIN, clock.now())

    assert other.get("/wall").status_code == 401


def test_a_code_works_once_and_only_for_ten_minutes(wall, client):
    code = code_of(client.get("/wall"))

    with pytest.raises(Invalid):
        db.write(pair_display, PairDisplay(code, "Hall"), ADMIN, clock.now() + dt.timedelta(minutes=10))
    assert tokens()[0].kind == "pairing"

    db.write(pair_display, PairDisplay(code, "Hall"), ADMIN, clock.now())
    with pytest.raises(Invalid):
        db.write(pair_display, PairDisplay(code, "Hall 2"), ADMIN, clock.now())
    assert [token.name for token in tokens()] == ["Hall"]


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", ""])
def test_a_wrong_code_pairs_nothing_and_is_said_at_the_field(wall, client, code):
    sign_in(client, "ops_manager")
    before = tokens()

    answer = client.post("/displays/pairing", data={"code": code, "name": "Hall"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert tokens() == before


def test_a_display_that_was_switched_off_is_told_so_and_can_ask_again(wall, client):
    client.get(f"/wall?token={kiosk_secret(wall)}")
    assert client.get("/wall").status_code == 200
    boss = wall.test_client()
    sign_in(boss, "ops_manager")

    assert boss.post(f"/displays/{tokens()[0].id}/revocation").status_code == 303

    off = client.get("/wall")
    assert off.status_code == 410
    assert "This display was switched off" in off.get_data(as_text=True)
    assert client.get("/wall?pair=1").status_code == 401
    assert store.actor_of(f"kiosk:{tokens()[0].id}", clock.now()) is None


def test_displays_cannot_revoke_api_tokens(wall, client):
    api_token(wall, "owner")
    sign_in(client, "ops_manager")

    assert client.post(f"/displays/{tokens()[0].id}/revocation").status_code == 404
    assert tokens()[0].revoked_at is None


def test_an_address_is_shown_once_with_a_code_to_scan(wall, client):
    sign_in(client, "ops_manager")

    made = client.post("/displays", data={"new-name": "Hall", "new-location": ""})
    text = made.get_data(as_text=True)

    assert made.status_code == 201
    secret = re.search(r"/wall\?token=([\w-]{32})", text).group(1)
    assert "<svg" in text and 'class="qr"' in text and "style=" not in text
    assert secret not in client.get("/displays").get_data(as_text=True)
    display = wall.test_client()
    assert display.get(f"/wall?token={secret}").status_code == 303
    assert display.get("/wall").status_code == 200


def test_displays_lists_when_and_from_where_each_was_seen(wall, client):
    screen = wall.test_client()
    screen.get(f"/wall?token={kiosk_secret(wall, 'Hall')}")
    sign_in(client, "ops_manager")

    text = client.get("/displays").get_data(as_text=True)

    assert "Hall" in text
    assert "127.0.0.1" in text
    assert "data-ago" in text


def test_strangers_cannot_fill_the_table_with_codes(wall):
    answers = [wall.test_client().get("/wall").status_code for _ in range(21)]

    assert answers == [401] * 20 + [429]
    assert len(tokens()) == 20


def test_a_revoked_display_s_id_is_no_live_actor(wall):
    kiosk_secret(wall)
    token_id = tokens()[0].id
    assert store.actor_of(f"kiosk:{token_id}", clock.now()).permissions == {"wall.read"}
    assert store.actor_of(f"token:{token_id}", clock.now()) is None

    db.write(revoke_token, token_id, ADMIN, clock.now())

    assert store.actor_of(f"kiosk:{token_id}", clock.now()) is None
    assert flask.has_request_context() is False
