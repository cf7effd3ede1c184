"""One-time links: the first owner, and everybody's first password."""

import re

import pytest

from dashboard.accounts import links, store
from dashboard.accounts.commands import CreateToken
from dashboard.accounts.token_actions import issue_setup_link
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Conflict
from tests.accounts.helpers import add_user, sign_in

ADMIN = system("console")
WORDS = "copper lamp under rain"
FORM = {"name": "Olive", "email": "olive@shop.example", "password": WORDS, "again": WORDS}


def path_of(address: str) -> str:
    return address.removeprefix("http://shop.example")


def test_an_empty_house_has_a_link_and_no_account(app, client):
    address = links.first_setup_address("http://shop.example/", ADMIN)

    assert re.fullmatch(r"http://shop\.example/setup/[\w-]{32}", address)
    assert store.user_count() == 0
    page = client.get(path_of(address))
    assert page.status_code == 200
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_the_link_makes_the_first_owner_once(app, client):
    path = path_of(links.first_setup_address("http://shop.example", ADMIN))

    assert client.post(path, data=FORM).headers["Location"] == "/login"

    owner = store.find_user("email", "olive@shop.example")
    assert (owner.role, owner.active) == ("owner", True)
    assert client.post(path, data={**FORM, "email": "second@shop.example"}).status_code == 404
    assert client.get(path).status_code == 404
    assert store.user_count() == 1
    answer = client.post("/login", data={"email": "olive@shop.example", "password": WORDS})
    assert answer.headers["Location"] == "/tf-setup"


def test_with_users_there_is_no_first_link(app):
    add_user(app, "support")

    assert links.first_setup_address("http://shop.example", ADMIN) is None
    with pytest.raises(Conflict):
        db.write(issue_setup_link, CreateToken("setup", "x", "owner", "h", hours=1), ADMIN, clock.now())


def test_a_new_link_replaces_the_one_before(app, client):
    first = path_of(links.first_setup_address("http://shop.example", ADMIN))
    second = path_of(links.first_setup_address("http://shop.example", ADMIN))

    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_first_link_is_worthless_once_somebody_else_exists(app, client):
    path = path_of(links.first_setup_address("http://shop.example", ADMIN))
    add_user(app, "support")

    assert client.post(path, data=FORM).status_code == 409
    assert store.user_count() == 1


@pytest.mark.parametrize(
    "change",
    [{"password": "short", "again": "short"}, {"again": "another one entirely"}, {"email": "nobody"}, {"name": ""},
     {"password": "olive@shop.example", "again": "olive@shop.example"}],
)  # fmt: skip
def test_a_form_that_is_not_taken_makes_nobody_and_keeps_the_link(app, client, change):
    path = path_of(links.first_setup_address("http://shop.example", ADMIN))

    answer = client.post(path, data={**FORM, **change})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert store.user_count() == 0
    assert client.post(path, data=FORM).status_code == 303


def test_an_owner_makes_a_user_whose_password_no_owner_knows(app, client):
    sign_in(client, "owner")

    made = client.post("/users", data={"name": "Tom", "email": "tom@shop.example", "role": "warehouse", "locations": "north"})

    assert made.status_code == 201
    path = re.search(r"/setup/[\w-]{32}", made.get_data(as_text=True)).group()
    tom = store.find_user("email", "tom@shop.example")
    assert (tom.password, tom.role, tom.locations) == (None, "warehouse", "north")
    person = app.test_client()
    assert person.post(path, data={"password": WORDS, "again": WORDS}).status_code == 303
    assert person.post("/login", data={"email": "tom@shop.example", "password": WORDS}).headers["Location"] == "/"
    assert person.get(path).status_code == 404


def test_a_new_password_by_link_ends_the_sessions_before_it(app, client):
    sign_in(client, "owner")
    person = app.test_client()
    user = sign_in(person, "support")
    made = client.post(f"/users/{user.id}/setup-link")
    path = re.search(r"/setup/[\w-]{32}", made.get_data(as_text=True)).group()

    app.test_client().post(path, data={"password": WORDS, "again": WORDS})

    assert person.get("/change").status_code == 303


def test_a_disabled_person_s_link_is_worthless(app, client):
    sign_in(client, "owner")
    user = add_user(app, "support")
    made = client.post(f"/users/{user.id}/setup-link")
    path = re.search(r"/setup/[\w-]{32}", made.get_data(as_text=True)).group()
    client.post(f"/users/{user.id}/deactivation")

    assert app.test_client().post(path, data={"password": WORDS, "again": WORDS}).status_code == 404
    assert store.find_user("id", user.id).password is None


@pytest.mark.parametrize("token", ["wrong", "x" * 5000, "%00", "..%2f.."])
def test_unknown_links_look_like_used_ones(app, client, token):
    assert client.get(f"/setup/{token}").status_code == 404
    assert client.post(f"/setup/{token}", data=FORM).status_code == 404
    assert store.user_count() == 0
