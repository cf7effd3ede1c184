"""Security headers, CSRF and the cross-site check of every answer."""

import flask
from flask_wtf import CSRFProtect

from dashboard.kernel.errors import Forbidden

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


def init_app(app: flask.Flask) -> None:
    csrf.init_app(app)

    @app.before_request
    def same_site() -> None:
        """A browser says where an unsafe request comes from; machines with a bearer token say nothing."""
        if flask.request.method not in SAFE and flask.request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise Forbidden("This request came from another site.")

    @app.after_request
    def headers(response: flask.Response) -> flask.Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response
