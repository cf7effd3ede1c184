"""Pages of users, tokens and displays: who opens them, what they show, what they refuse."""

import re

import pytest
import sqlalchemy as sa

from dashboard.accounts import store
from dashboard.accounts.model import AccessToken
from dashboard.kernel import db
from tests.accounts.helpers import add_user, sign_in

PAGES = {"/users": ("owner",), "/settings/tokens": ("owner",), "/displays": ("owner", "ops_manager")}
ROLES = ("owner", "ops_manager", "support", "warehouse", "finance", "analyst")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", sorted(PAGES))
def test_a_page_opens_for_exactly_its_roles(app, client, path, role):
    sign_in(client, role)

    assert client.get(path).status_code == (200 if role in PAGES[path] else 403)


@pytest.mark.parametrize("role", ROLES)
def test_the_sections_are_those_the_role_may_open(app, client, role):
    sign_in(client, role)

    text = client.get("/change").get_data(as_text=True)

    sections = (
        set(re.findall(r'<nav class="sections".*?</nav>', text, re.DOTALL)[0].split('href="')[1:])
        if "sections" in text
        else set()
    )
    hrefs = {part.split('"')[0] for part in sections}
    assert hrefs & set(PAGES) == {path for path, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("path", ["/users", "/settings/tokens", "/displays", "/change", "/verify", "/mf-recovery-codes"])
def test_a_visitor_is_sent_to_sign_in_and_back(client, path):
    assert client.get(path).headers["Location"] == f"/login?next={path}"


def test_a_part_asked_for_by_htmx_sends_the_whole_page_to_sign_in(client):
    answer = client.get("/users", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/users?x=1"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/users?x%3D1")
    assert answer.headers["HX-Retarget"] == "#problem"  # for the screen on which somebody is typing: it stays


def test_nobody_s_own_page_is_kept_by_a_cache(app, client):
    sign_in(client, "owner")

    assert client.get("/users").headers["Cache-Control"] == "no-store"
    assert "no-store" in client.get("/change").headers["Cache-Control"]
    assert "no-store" in client.get("/login").headers["Cache-Control"]


def test_the_users_page_lists_people_and_what_each_role_may_do(app, client):
    sign_in(client, "owner")
    add_user(app, "warehouse", "tom@shop.example", locations="north")

    text = client.get("/users").get_data(as_text=True)

    assert "tom@shop.example" in text
    assert "north" in text
    assert text.count("<option") >= 12
    assert "Refund payments" in text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "email": "a@shop.example", "role": "support"}, "name"),
        ({"name": "A", "email": "nobody", "role": "support"}, "email"),
        ({"name": "A", "email": "taken@shop.example", "role": "support"}, "email"),
        ({"name": "A", "email": "a@shop.example", "role": "kiosk"}, "role"),
    ],
)
def test_a_user_that_cannot_be_made_is_said_at_the_field(app, client, form, field):
    sign_in(client, "owner")
    add_user(app, "support", "taken@shop.example")

    answer = client.post("/users", data=form)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert store.user_count() == 2


def test_role_state_and_sessions_change_from_the_list(app, client):
    sign_in(client, "owner")
    user = add_user(app, "support")

    client.post(f"/users/{user.id}/role", data={"role": "finance", "locations": ""})
    assert store.find_user("id", user.id).role == "finance"
    client.post(f"/users/{user.id}/deactivation")
    assert store.find_user("id", user.id).active is False
    client.post(f"/users/{user.id}/activation")
    assert store.find_user("id", user.id).active is True
    assert client.post(f"/users/{user.id}/sign-out").status_code == 303
    assert client.post(f"/users/{user.id}/second-factor-reset").status_code == 303


@pytest.mark.parametrize("verb", ["role", "deactivation", "activation", "sign-out", "setup-link", "second-factor-reset"])
@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_nobody_but_an_owner_changes_a_user(app, client, verb, role):
    sign_in(client, role)
    user = add_user(app, "support")

    assert client.post(f"/users/{user.id}/{verb}", data={"role": "owner"}).status_code == 403

    after = store.find_user("id", user.id)
    assert (after.role, after.active, after.version, after.fs_uniquifier) == ("support", True, 1, user.fs_uniquifier)


@pytest.mark.parametrize("number", ["99999999999999999999999", "-1", "abc", "99"])
def test_strange_numbers_in_an_address_are_not_found(app, client, number):
    sign_in(client, "owner")

    for path in (f"/users/{number}/activation", f"/settings/tokens/{number}/revocation", f"/displays/{number}/revocation"):
        assert client.post(path).status_code == 404


def test_a_secret_is_shown_once(app, client):
    sign_in(client, "owner")

    made = client.post("/settings/tokens", data={"name": "Shop", "role": "channel", "channel": "web"})
    secret = re.search(r'<code id="new-token-text"[^>]*>([\w-]{32})<', made.get_data(as_text=True)).group(1)

    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    listed = client.get("/settings/tokens").get_data(as_text=True)
    assert "Shop" in listed
    assert secret not in listed


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "", "role": "channel", "channel": "web"}, "name"),
        ({"name": "A", "role": "channel", "channel": ""}, "channel"),
        ({"name": "A", "role": "channel", "channel": "We b"}, "channel"),
        ({"name": "A", "role": "kiosk", "channel": ""}, "role"),
    ],
)
def test_a_token_that_cannot_be_made_is_said_at_the_field(app, client, form, field):
    sign_in(client, "owner")

    answer = client.post("/settings/tokens", data=form)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    with db.db.engine.connect() as connection:
        assert connection.execute(sa.select(AccessToken.id)).all() == []


def test_a_theme_is_kept_for_the_person_and_leads_back(app, client):
    user = sign_in(client, "support")

    answer = client.post("/theme", data={"theme": "dark", "next": "/change"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/change")
    assert store.find_user("id", user.id).theme == "dark"
    assert '<html lang="en" data-theme="dark">' in client.get("/change").get_data(as_text=True)


def test_a_visitor_s_theme_is_a_cookie(app, client):
    client.post("/theme", data={"theme": "light"})

    assert '<html lang="en" data-theme="light">' in client.get("/login").get_data(as_text=True)


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example"])
def test_a_theme_leads_nowhere_else(client, target):
    assert client.post("/theme", data={"theme": "dark", "next": target}).headers["Location"] == "/"


def test_an_unknown_theme_changes_nothing(app, client):
    user = sign_in(client, "support")

    assert client.post("/theme", data={"theme": "<script>"}).status_code == 422
    assert store.find_user("id", user.id).theme == "auto"


@pytest.mark.parametrize("path", ["/users", "/settings/tokens", "/displays", "/login", "/change", "/verify", "/tf-setup"])
def test_pages_have_no_inline_script_or_style(app, client, path):
    if path != "/login":
        sign_in(client, "owner")

    text = client.get(path).get_data(as_text=True)

    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style|javascript:", text)
    assert len(re.findall(r'\bid="([^"]+)"', text)) == len(set(re.findall(r'\bid="([^"]+)"', text)))


def test_scan_sounds_are_switched_off_for_the_person_alone(app, client):
    sign_in(client)
    assert "data-sounds" not in client.get("/orders").text
    assert 'aria-pressed="true">' in client.get("/change").text and "Scan sounds: on" in client.get("/change").text

    assert client.post("/sounds", data={"sounds": "off", "next": "/change"}).headers["Location"] == "/change"

    assert "Scan sounds: off" in client.get("/change").text
    other = app.test_client()
    sign_in(other)
    assert "Scan sounds: on" in other.get("/change").text
    assert app.test_client().post("/sounds", data={"sounds": "off"}).status_code in (302, 303, 401)
