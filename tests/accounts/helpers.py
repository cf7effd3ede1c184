"""Sign in as any role, or hold an API token of any role: for every test that goes through the pages or the API."""

import itertools
import time

import flask
from flask.testing import FlaskClient

from dashboard.accounts import store
from dashboard.accounts.actions import create_user
from dashboard.accounts.commands import CreateToken, CreateUser, StartSession
from dashboard.accounts.model import User
from dashboard.accounts.session_actions import start_session
from dashboard.accounts.token_actions import create_token
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.ids import new_token, token_hash

PASSWORD = "correct horse battery staple"
_count = itertools.count(1)


def add_user(app: flask.Flask, role: str = "owner", email: str = "", password: str = "", locations: str | None = None) -> User:
    """A user with this role (no password unless one is given: hashing takes time)."""
    number = next(_count)
    command = CreateUser(email or f"{role}{number}@shop.example", f"{role.title()} {number}", password, role, locations)
    with app.app_context():
        user_id = db.write(create_user, command, system("test"), clock.now())
        return store.find_user("id", user_id)


def sign_in(client: FlaskClient, role: str = "owner", locations: str | None = None, user: User | None = None) -> User:
    """Make a user with this role (or take the given one) and give the client a session of theirs, past every factor."""
    app = client.application
    user = user or add_user(app, role, locations=locations)
    secret = new_token()
    with app.app_context():
        db.write(start_session, StartSession(user.id, token_hash(secret), 12), store.person(user), clock.now())
    with client.session_transaction() as session:
        session.update({"_user_id": user.fs_uniquifier, "_fresh": True, "sid": secret, "fs_paa": time.time()})
    return user


def api_token(app: flask.Flask, role: str = "owner", channel: str | None = None) -> dict[str, str]:
    """The headers of a new API token with this role: `client.get(path, headers=api_token(app, "channel", "web"))`."""
    secret = new_token()
    command = CreateToken("api", f"test {role}", role, token_hash(secret), channel or ("web" if role == "channel" else None))
    with app.app_context():
        db.write(create_token, command, system("test"), clock.now())
    return {"Authorization": f"Bearer {secret}"}


def kiosk_secret(app: flask.Flask, name: str = "Test wall") -> str:
    """The secret of a new wall display: `client.get(f"/wall?token={secret}")`."""
    secret = new_token()
    with app.app_context():
        db.write(create_token, CreateToken("kiosk", name, "kiosk", token_hash(secret)), system("test"), clock.now())
    return secret


def csrf_of(client, path="/login") -> str:
    """The form token of this page."""
    return client.get(path).get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
