"""Pages of accounts: sign-in, users, tokens, displays, set-up; and who asks, for every other page."""

import functools

import flask

from dashboard.accounts import bearer, identity, kiosk, nav, sessions, standing  # noqa: F401 (standing registers itself)
from dashboard.accounts.views import displays, preferences, setup, tokens, users
from dashboard.web import access
from dashboard.web.access import PUBLIC
from dashboard.web.limits import limiter

blueprints = (users.blueprint, tokens.blueprint, displays.blueprint, preferences.blueprint, setup.blueprint)

access.loader("browser")(sessions.session_actor)
access.loader("browser")(kiosk.kiosk_actor)
access.loader("api")(bearer.bearer_actor)

access.classify(
    security__login=PUBLIC,
    security__logout=PUBLIC,
    security__two_factor_token_validation=PUBLIC,
    security__two_factor_rescue=PUBLIC,
    security__two_factor_setup=PUBLIC,  # also the way of a person who must set one up before the session starts
    security__two_factor_setup_validate="self",
    security__tf_select=PUBLIC,
    security__mf_recovery=PUBLIC,
    security__mf_recovery_codes="self",
    security__verify="self",
    security__change_password="self",
)

GUESSING = ("security.login", "security.verify", "security.two_factor_token_validation", "security.mf_recovery")
LIMIT = "20 per minute; 200 per hour"


def init_app(app: flask.Flask) -> None:
    bearer.init_app(app)
    nav.init_app(app)
    identity.init_app(app)
    for endpoint in GUESSING:
        app.view_functions[endpoint] = limited(app.view_functions[endpoint])


@functools.cache
def limited(view):
    """Wrong answers from one address are counted; right ones are free. Once per view: each decoration would count again."""
    return limiter.limit(LIMIT, methods=["POST"], deduct_when=lambda response: response.status_code >= 400)(view)
