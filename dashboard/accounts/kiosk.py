"""Wall displays: a token that opens the wall and nothing else, kept in an HttpOnly cookie; pairing by six digits.

The wall's view calls `door()` first: it answers for a display that is not (or no longer) let in.
"""

import datetime as dt
import secrets
import time

import flask

from dashboard.accounts import store
from dashboard.accounts.bearer import note_use, remembered
from dashboard.accounts.commands import OpenPairing
from dashboard.accounts.model import AccessToken
from dashboard.accounts.token_actions import open_pairing
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.db import write
from dashboard.kernel.ids import new_token, token_hash
from dashboard.web import access
from dashboard.web.limits import limiter

PATH = "/wall"
YEAR = dt.timedelta(days=365)
CODES = limiter.shared_limit("20 per hour", scope="pairing")


def cookie_name() -> str:
    return "__Host-wall" if flask.current_app.config["SESSION_COOKIE_SECURE"] else "wall"


def kiosk_actor() -> Actor | None:
    """The display whose cookie this is; only on the wall: anywhere else it opens nothing and hides no sign-in page."""
    path = flask.request.path
    if path != PATH and not path.startswith(f"{PATH}/"):
        return None
    secret = flask.request.cookies.get(cookie_name(), "")
    return actor_of_secret(secret) if secret else None


def actor_of_secret(secret: str) -> Actor | None:
    """The display that holds this secret; its use is noted at most once a minute."""
    digest, now = token_hash(secret), time.monotonic()
    holder = remembered().get(digest, now)
    if holder is None:
        holder = store.token_holder(digest, "kiosk", clock.now())
        if holder is None:
            return None
        remembered().keep(digest, holder, now)
    if holder.kind != "kiosk":
        return None
    note_use(holder)
    return holder.actor


def door() -> flask.Response | None:
    """What the wall answers before it shows a number; None when this visitor may see it.

    A token in the address moves into a cookie (303 to the bare wall); a display without one gets a code to be paired by; one
    that was switched off is told so (410).
    """
    if "token" in flask.request.args:
        return _adopt(flask.request.args["token"])
    actor = access.current()
    if actor is not None and actor.may("wall.read"):
        return None
    known = store.token(token_hash(flask.request.cookies.get(cookie_name(), "")))
    if known is not None and known.kind == "kiosk" and "pair" not in flask.request.args:
        return _page("accounts/switched_off.html", 410)
    if known is not None and known.kind == "pairing" and known.expires_at > clock.now():
        return _pairing(known)
    return _new_code()


def _adopt(secret: str) -> flask.Response:
    if actor_of_secret(secret) is None:
        return _page("accounts/switched_off.html", 410)
    return _keep(flask.make_response(flask.redirect(PATH, 303)), secret)


@CODES
def _new_code() -> flask.Response:
    secret = new_token()
    for _ in range(5):
        command = OpenPairing(token_hash(secret), f"{secrets.randbelow(1_000_000):06}", flask.request.remote_addr)
        if write(open_pairing, command, system("wall"), clock.now()):
            break
    return _keep(_pairing(store.token(token_hash(secret))), secret)


def _pairing(display: AccessToken | None) -> flask.Response:
    """The code, asked for again every few seconds: the wall opens by itself once it was typed under Displays."""
    response = _page("accounts/pairing.html", 401, display=display)
    response.headers["Refresh"] = "5"
    return response


def _page(template: str, status: int, **values: object) -> flask.Response:
    response = flask.make_response(flask.render_template(template, **values), status)
    response.headers.update({"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"})
    return response


def _keep(response: flask.Response, secret: str) -> flask.Response:
    """Give the display its secret: no script reads it, no other site sends it."""
    secure = flask.current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(cookie_name(), secret, max_age=YEAR, httponly=True, secure=secure, samesite="Lax", path="/")
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response
