"""What other sites, old pages and wrong hosts are refused; and the headers of every answer."""

import pytest

from dashboard.accounts import store
from tests.accounts.helpers import add_user, api_token, csrf_of, sign_in

WORDS = "copper lamp under rain"


def test_a_form_without_our_token_changes_nothing(build):
    app = build()
    client = app.test_client()
    sign_in(client, "owner")

    answer = client.post("/users", data={"name": "Eve", "email": "eve@evil.example", "role": "owner"})

    assert answer.status_code == 403
    assert "csrf_refused" in answer.get_data(as_text=True)
    with app.app_context():
        assert store.user_count() == 1


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/theme", "/change", "/tf-setup", "/tf-validate", "/verify", "/displays", "/setup/x"]
)
def test_every_unsafe_page_wants_the_token(build, path):
    client = build().test_client()
    sign_in(client, "owner")

    assert client.post(path, data={"theme": "dark"}).status_code == 403
    assert client.post(path, data={"theme": "dark", "csrf_token": "made.up"}).status_code == 403


def test_the_token_is_taken_from_the_form_or_the_header(build):
    app = build()
    client = app.test_client()
    sign_in(client, "owner")
    token = csrf_of(client, "/change")

    assert client.post("/theme", data={"theme": "dark", "csrf_token": token}).status_code == 303
    assert client.post("/theme", data={"theme": "light"}, headers={"X-CSRFToken": token}).status_code == 303


def test_a_token_of_another_session_is_refused(build):
    app = build()
    mine, other = app.test_client(), app.test_client()
    token = csrf_of(other)
    csrf_of(mine)

    assert mine.post("/theme", data={"theme": "dark", "csrf_token": token}).status_code == 403


def test_another_site_is_refused_even_with_the_token(build):
    app = build()
    client = app.test_client()
    user = sign_in(client, "owner")
    token = csrf_of(client, "/change")

    answer = client.post("/theme", data={"theme": "dark", "csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    with app.app_context():
        assert store.find_user("id", user.id).theme == "auto"


def test_another_site_may_link_to_us(build):
    assert build().test_client().get("/login", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_signing_in_works_with_the_token_of_its_page(build):
    app = build()
    client = app.test_client()
    add_user(app, "support", "mia@shop.example", WORDS)

    answer = client.post("/login", data={"email": "mia@shop.example", "password": WORDS, "csrf_token": csrf_of(client)})

    assert answer.headers["Location"] == "/"


def test_the_api_needs_no_csrf_token_and_takes_no_session(build):
    app = build()
    from dashboard.web.access import requires

    app.add_url_rule("/api/v1/poke", "test_poke", requires("orders.create")(lambda: {"poked": True}), methods=["POST"])
    client = app.test_client()
    sign_in(client, "owner")
    token = csrf_of(client, "/change")

    assert client.post("/api/v1/poke", json={}, headers=api_token(app, "channel", "web")).json == {"poked": True}
    assert client.post("/api/v1/poke", json={}, headers={"X-CSRFToken": token}).status_code == 401


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/static/favicon.svg", "/users", "/api/v1/nowhere"])
def test_every_answer_carries_the_headers(build, path):
    headers = build().test_client().get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_behind_tls_cookies_are_host_only_and_secure(build):
    client = build(https=True).test_client()

    answer = client.get("/login", base_url="https://shop.example")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-orderdeck=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_on_plain_http_the_cookie_is_still_kept_from_scripts_and_other_sites(build):
    cookie = build().test_client().get("/login").headers["Set-Cookie"]

    assert cookie.startswith("orderdeck=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_only_the_hosts_we_are_told_of_are_answered(build):
    client = build(hosts=("shop.example",)).test_client()

    assert client.get("/login", base_url="http://shop.example").status_code == 200
    assert client.get("/login", base_url="http://evil.example").status_code == 400


def test_a_client_cannot_say_who_it_is_unless_a_proxy_stands_in_front(build):
    import flask

    from dashboard.web.access import PUBLIC, requires

    for proxies, seen in ((0, "127.0.0.1"), (1, "203.0.113.7")):
        app = build(proxies=proxies)
        app.add_url_rule("/who-am-i", "test_ip", requires(PUBLIC)(lambda: flask.request.remote_addr or ""))
        assert app.test_client().get("/who-am-i", headers={"X-Forwarded-For": "203.0.113.7"}).get_data(as_text=True) == seen


def test_the_demo_offers_its_sign_ins_and_needs_no_second_factor(build):
    from dashboard.accounts import demo_logins

    app = build(demo=True)
    client = app.test_client()
    add_user(app, "owner", demo_logins.USERS[0][0], demo_logins.PASSWORD)

    text = client.get("/login").get_data(as_text=True)
    assert all(email in text for email, _, _ in demo_logins.USERS)
    answer = client.post(
        "/login", data={"email": demo_logins.USERS[0][0], "password": demo_logins.PASSWORD, "csrf_token": csrf_of(client)}
    )

    assert answer.headers["Location"] == "/"


def test_a_database_that_is_away_still_gives_a_page(build, monkeypatch):
    from sqlalchemy.exc import OperationalError

    app = build()
    client = app.test_client()
    sign_in(client, "owner")

    def away(*_args):
        failure = Exception("disk I/O error")
        failure.sqlite_errorcode = 10
        raise OperationalError("SELECT", {}, failure)

    monkeypatch.setattr(store, "session_user", away)
    answer = client.get("/users")

    assert answer.status_code == 503
    assert "cannot answer right now" in answer.get_data(as_text=True)
