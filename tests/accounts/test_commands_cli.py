"""The console: make users, tokens and displays, and set up an empty house."""

import re

import pytest

from dashboard.accounts import store
from dashboard.accounts.commands_cli import commands
from dashboard.init_cli import init
from tests.accounts.helpers import add_user

WORDS = "copper lamp under rain"
GROUPS = {group.name: group for group in commands}


def run(app, group, *arguments):
    return app.test_cli_runner().invoke(GROUPS.get(group, group), list(arguments))


def test_a_user_with_a_password_may_sign_in(app, client):
    done = run(app, "user", "create", "--email", "mia@shop.example", "--role", "support", "--name", "Mia", "--password", WORDS)

    assert done.output == "mia@shop.example may sign in as support.\n"
    assert client.post("/login", data={"email": "mia@shop.example", "password": WORDS}).headers["Location"] == "/"


def test_a_user_without_a_password_gets_a_link(app, client):
    done = run(app, "user", "create", "--email", "mia@shop.example", "--role", "support")

    path = re.fullmatch(r"http://127\.0\.0\.1:8000(/setup/[\w-]{32})\n", done.output).group(1)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--email", "nobody", "--role", "support"), "not an e-mail address"),
        (("--email", "mia@shop.example", "--role", "support", "--password", "password12"), "Error:"),
        (("--email", "mia@shop.example", "--role", "root"), "Invalid value"),
    ],
)
def test_a_user_that_cannot_be_made_is_not_made(app, arguments, words):
    done = run(app, "user", "create", *arguments)

    assert done.exit_code != 0
    assert words in done.output
    assert store.user_count() == 0


def test_a_locked_out_owner_gets_back_in(app):
    add_user(app, "owner", "olive@shop.example")

    done = run(app, "user", "reset", "Olive@shop.example")

    assert re.search(r"/setup/[\w-]{32}", done.output)
    assert run(app, "user", "reset", "nobody@shop.example").exit_code == 1


def test_a_token_is_printed_once_and_opens_the_api(app, client):
    done = run(app, "token", "create", "--role", "channel", "--channel", "web", "--name", "Shop")

    assert re.fullmatch(r"[\w-]{32}\n", done.output)
    headers = {"Authorization": f"Bearer {done.output.strip()}"}
    assert client.get("/api/v1/skus", headers=headers).status_code == 200


def test_a_channel_s_token_needs_its_channel(app):
    done = run(app, "token", "create", "--role", "channel")

    assert done.exit_code == 1
    assert "Name the channel" in done.output
    assert store.tokens("api") == []


def test_a_wall_address_opens_the_wall(app, client):
    done = run(app, "kiosk", "create", "--name", "Hall")

    path = re.fullmatch(r"http://127\.0\.0\.1:8000(/wall\?token=[\w-]{32})\n", done.output).group(1)
    assert client.get(path).headers["Location"] == "/wall"
    assert client.get("/wall").status_code == 200


def test_init_prints_a_link_only_while_nobody_is_there(app, client):
    first = app.test_cli_runner().invoke(init)
    assert client.get(re.search(r"/setup/[\w-]{32}", first.output).group()).status_code == 200
    add_user(app, "owner")

    assert app.test_cli_runner().invoke(init).output == "The database is up to date.\n"
