"""The same people, sessions and tokens on SQLite and on PostgreSQL."""

import re

from dashboard.accounts import links, store
from dashboard.accounts.actions import change_role, set_active
from dashboard.accounts.commands import ChangeRole, SetActive
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from tests.accounts.helpers import add_user, api_token, sign_in

WORDS = "copper lamp under rain"
FORM = {"name": "Olive", "email": "olive@shop.example", "password": WORDS, "again": WORDS}


def test_from_the_first_link_to_a_paired_wall(any_app):
    client = any_app.test_client()
    path = links.first_setup_address("", system("console"))
    assert client.post(path, data=FORM).status_code == 303
    assert client.post("/login", data={"email": "olive@shop.example", "password": WORDS}).headers["Location"] == "/tf-setup"
    screen = any_app.test_client()
    digits = re.search(r'class="code"[^>]*>(\d{3}) (\d{3})<', screen.get("/wall").get_data(as_text=True)).groups()
    boss = any_app.test_client()
    sign_in(boss, "ops_manager")

    assert boss.post("/displays/pairing", data={"code": "".join(digits), "name": "Hall"}).status_code == 303
    assert screen.get("/wall").status_code == 200


def test_wrong_tries_role_changes_and_disabling_count(any_app):
    client = any_app.test_client()
    user = add_user(any_app, "support", "mia@shop.example", WORDS)
    for _ in range(5):
        client.post("/login", data={"email": "mia@shop.example", "password": "wrong"})
    assert client.post("/login", data={"email": "mia@shop.example", "password": WORDS}).status_code == 422
    assert store.find_user("id", user.id).failed_sign_ins == 5

    sign_in(client, user=user)
    db.write(change_role, ChangeRole(user.id, "finance"), system("test"), clock.now())
    assert client.get("/change").status_code == 303
    db.write(set_active, SetActive(user.id, False), system("test"), clock.now())

    assert store.actor_of(f"user:{user.id}", clock.now()) is None


def test_a_new_password_and_a_token_work(any_app):
    client = any_app.test_client()
    user = add_user(any_app, "support", "mia@shop.example", WORDS)
    sign_in(client, user=user)
    other = "seven grey boats at noon"

    client.post("/change", data={"password": WORDS, "new_password": other, "new_password_confirm": other})

    assert client.get("/change").status_code == 200
    assert client.get("/api/v1/skus", headers=api_token(any_app, "channel", "web")).status_code == 200
