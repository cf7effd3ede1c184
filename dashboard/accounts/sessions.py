"""Sessions of people: the cookie's secret, and who holds it."""

import time

import flask
from flask_security import current_user
from flask_security.utils import set_request_attr

from dashboard.accounts import store
from dashboard.accounts.commands import RefuseSignIn, StartSession
from dashboard.accounts.model import User
from dashboard.accounts.session_actions import end_session, refuse_sign_in, start_session
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.db import write
from dashboard.kernel.ids import new_token, token_hash
from dashboard.web import form_tokens

HOURS = 12  # a working day; then sign in again
RECENT = 30 * 60  # seconds a password counts as just given, for users and secrets
KEY = "sid"
GIVEN = "fs_paa"  # flask-security's key: when the password was last given


def open_session(user: User) -> None:
    """Start a session for a person every factor of whom was right, in this request's cookie."""
    secret = new_token()
    request = flask.request
    command = StartSession(user.id, token_hash(secret), HOURS, request.remote_addr, request.user_agent.string)
    person = store.person(user)
    write(start_session, command, person, clock.now())
    flask.session[KEY] = secret
    form_tokens.name_session(person.ref)


def close_session(user: User | None) -> None:
    """End this request's session for good."""
    secret = flask.session.pop(KEY, None)
    if secret:
        write(end_session, token_hash(secret), store.person(user) if user else system("session"), clock.now())


def load_user(uniquifier: str) -> User | None:
    """flask-login's loader: the user of the cookie, while the session stands."""
    secret = flask.session.get(KEY)
    found = store.session_user(uniquifier, token_hash(secret), clock.now()) if secret else None
    if found is None:
        return None
    flask.g.seat = f"session:{found.id}"
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", flask.session.get(GIVEN, 0))
    return found.user


def session_actor() -> Actor | None:
    """Who the session cookie of this request belongs to."""
    if "_user_id" not in flask.session:
        return None
    user = current_user._get_current_object()
    return store.person(user) if isinstance(user, User) else None


def refused(user: User | None, what: str) -> None:
    """Count a wrong password or code; an address nobody has costs the same time and leaves the same trace."""
    command = RefuseSignIn(user.id if user else None, what, flask.request.remote_addr)
    write(refuse_sign_in, command, system("sign-in"), clock.now())


def password_is_recent() -> bool:
    return flask.session.get(GIVEN, 0) > time.time() - RECENT
