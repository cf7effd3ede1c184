"""flask-security on our own models: its settings, its forms and the hooks by which it tells us what happened."""

import base64
import datetime as dt
import hashlib
import hmac

import flask
from flask_login import user_logged_out
from flask_security import Security, user_authenticated, user_failed_authn
from flask_security.totp import Totp
from passlib.exc import UsedTokenError

from dashboard.accounts import demo_logins, passwords, roles, sessions
from dashboard.accounts.actions import use_totp
from dashboard.accounts.datastore import AccountStore
from dashboard.accounts.model import User
from dashboard.accounts.rules import EMAIL
from dashboard.accounts.security_forms import FORMS, PasswordUtil
from dashboard.kernel.db import write
from dashboard.kernel.errors import Unauthenticated
from dashboard.web import access
from dashboard.web.htmx import redirect

WRONG = (
    "That e-mail and password do not fit an account that can sign in now. After five wrong tries an account rests for a while.",
    "error",
)


class OnceOnlyTotp(Totp):
    """One-time codes that work one time: the counter of the last one is kept."""

    def get_last_counter(self, user: User) -> int | None:
        return user.totp_counter

    def set_last_counter(self, user: User, tmatch) -> None:
        if not write(use_totp, user.id, tmatch.counter):
            raise UsedTokenError


def init_app(app: flask.Flask) -> Security:
    """Put flask-security on the application: forms only, sessions only, our templates, no blueprint of static files, no CLI."""
    app.config.update(settings(app))
    security = Security(totp_cls=OnceOnlyTotp, password_util_cls=PasswordUtil)
    security.init_app(app, AccountStore(), register_blueprint=True, **FORMS)
    security.login_manager.user_loader(sessions.load_user)
    security.login_manager.request_loader(lambda request: None)  # no token of flask-security's own opens a page
    security.want_json(lambda request: False)
    security.unauthn_handler(_unauthenticated)
    security.reauthn_handler(_not_recent)
    security.render_template = render
    # flask-principal would load the user on every request, static files and API calls included; nothing here asks it.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    user_failed_authn.connect(_refused, app)
    security.login_context_processor(_demo_logins)
    app.security = security
    return security


def settings(app: flask.Flask) -> dict[str, object]:
    config = app.extensions["orderdeck_config"]
    name = "__Host-tf" if config.https else "tf"
    return {
        "SECOND_FACTOR_ENFORCED": not config.demo,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=sessions.HOURS),
        "SESSION_REFRESH_EACH_REQUEST": False,  # a slow preview's answer must not put back the cookie from before a save's message
        "SECURITY_CACHE_CONTROL": {"private": None, "no-store": None},  # their True is written as `private=True`, which no cache knows
        "SECURITY_PASSWORD_SALT": derived(config.secret_key, "password"),
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {f"argon2__{key}": value for key, value in passwords.COST.items()},
        "SECURITY_PASSWORD_LENGTH_MIN": passwords.SHORTEST,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {key: value for key, value in EMAIL.items() if key != "check_deliverability"},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_MSG_GENERIC_AUTHN_FAILED": WRONG,
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CLI_USERS_NAME": "",
        "SECURITY_CLI_ROLES_NAME": "",
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_POST_CHANGE_VIEW": "/",
        "SECURITY_CHANGEABLE": True,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_FRESHNESS": dt.timedelta(seconds=sessions.RECENT),
        "SECURITY_FRESHNESS_GRACE_PERIOD": dt.timedelta(0),
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_VALIDITY_COOKIE_NAME": name,
        "SECURITY_TOTP_SECRETS": {"1": derived(config.secret_key, "totp")},
        "SECURITY_TOTP_ISSUER": config.shop_name,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(_key(config.secret_key, "recovery"))],
    }


def derived(secret_key: str, purpose: str) -> str:
    """A key of its own for each purpose, from the one secret of this installation."""
    return _key(secret_key, purpose).hex()


def _key(secret_key: str, purpose: str) -> bytes:
    return hmac.digest(secret_key.encode(), f"orderdeck:{purpose}".encode(), hashlib.sha256)


def render(template: str, **context: object):
    """flask-security's pages: a form that was not taken is answered 422, as everywhere here."""
    body = flask.render_template(template, **context)
    refused = flask.request.method == "POST" and any(
        getattr(value, "errors", None) for key, value in context.items() if key.endswith("_form")
    )
    return flask.make_response(body, 422 if refused else 200)


def _demo_logins() -> dict[str, object]:
    """In a demo the sign-in page offers everybody's sign-in; anywhere else it knows of none."""
    config = flask.current_app.extensions["orderdeck_config"]
    people = [(email, name, roles.ROLES[role]) for email, name, role in demo_logins.USERS] if config.demo else []
    return {"demo_logins": people, "demo_password": demo_logins.PASSWORD if config.demo else ""}


def _unauthenticated(mechanisms=None, headers=None):
    access.actor()
    raise Unauthenticated("Sign in to go on.", login=flask.url_for("security.login"))


def _not_recent(within, grace):
    return ask_password()


def ask_password() -> flask.Response:
    """Send the person to give the password again, then back here."""
    back = flask.request.full_path.rstrip("?") if flask.request.method == "GET" else flask.request.path
    return redirect(flask.url_for("security.verify", next=access.local_path(back)))


def _signed_in(app: flask.Flask, user: User, authn_via=None, **_extra) -> None:
    app.security.datastore.commit()  # a new password ends the sessions before it, not the one that starts here
    flask.session.permanent = True
    sessions.open_session(user)


def _signed_out(app: flask.Flask, user=None, **_extra) -> None:
    sessions.close_session(user if isinstance(user, User) else None)


def _refused(app: flask.Flask, user: User, auth_type: str, tfa: bool = False, **_extra) -> None:
    sessions.refused(user, "code" if tfa else auth_type)
