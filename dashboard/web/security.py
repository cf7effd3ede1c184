"""Security headers, CSRF, the cross-site check and which hosts we answer for."""

import flask
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.kernel.errors import Forbidden, Unauthenticated
from dashboard.web import access, form_tokens, limits
from dashboard.web.doors import door

csrf = CSRFProtect()

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
SAFE = {"GET", "HEAD", "OPTIONS"}


class CsrfRefused(Forbidden):
    """A form without our token: from another site, or from a page whose session is over."""

    code = "csrf_refused"


class NotYourPage(CsrfRefused):
    """A form of a page that somebody had who was signed in here before."""


def init_app(app: flask.Flask) -> None:
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # checked below, by door
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: screens stay open all day
        WTF_CSRF_SSL_STRICT=False,  # no Referer needed: Sec-Fetch-Site, SameSite and the token do its work
        TRUSTED_HOSTS=list(app.extensions["orderdeck_config"].hosts) or None,
    )
    proxies = app.extensions["orderdeck_config"].proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    csrf.init_app(app)
    limits.init_app(app)
    app.before_request(refuse_host)
    app.before_request(refuse_foreign)
    app.after_request(add_headers)


def refuse_host() -> flask.Response | None:
    """Answer only for the host names we are told of; no link of a page can be made for another, so this answer is plain text."""
    if isinstance(flask.request.routing_exception, SecurityError):
        return flask.Response("This host name is not served here.\n", 400, content_type="text/plain; charset=utf-8")
    return None


def refuse_foreign() -> None:
    """Refuse an unsafe request that another site made a browser send.

    A browser says where it comes from; and at the browser door it must bring our token: this session's, or one that the same
    person got in an earlier session. Machines at the other doors have no session to be misused: a bearer token or a signature says
    who they are.
    """
    if flask.request.method in SAFE:
        return
    if flask.request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("This request came from another site.")
    if door() != "browser" or not flask.current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        csrf.protect()
    except CSRFError:
        take_earlier_page()


def take_earlier_page() -> None:
    """Let a form pass whose page the same person had before signing in anew; what they typed there is as good as ever.

    Raises: CsrfRefused, for a form that was on no page of ours; Unauthenticated; NotYourPage, once another person is signed in.
    """
    owner, who = form_tokens.page_owner(), access.current()
    if owner is None:
        raise CsrfRefused(
            "This page is older than your session, so its form was not taken and nothing was changed."
            " Reload the page and send it again."
        )
    if who is None or who.kind != "user":
        raise Unauthenticated("Sign in to go on.", login=flask.url_for("security.login"))
    if who.ref != owner:
        raise NotYourPage(
            f"You are signed in as {who.name}, and this form was begun under another sign-in. Nothing was changed."
            " Send it in your own name only if you mean to."
        )
    form_tokens.accept()


def add_headers(response: flask.Response) -> flask.Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if flask.current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if flask.g.get("actor") is not None:  # somebody's own page: no cache keeps it, no back button shows it after signing out
        response.headers.setdefault("Cache-Control", "no-store")
    if response.status_code == 401 and door() == "api":
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="Orderdeck"')
    return response
