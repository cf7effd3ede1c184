"""Build the application: configuration, kernel, web layer, slices."""

import secrets
from functools import cache
from pathlib import Path

import flask
from jinja2 import StrictUndefined

from dashboard import cli, wiring
from dashboard.config import ROOT, Config, from_environment
from dashboard.kernel import context, crash, db
from dashboard.kernel import secrets as kept_secrets
from dashboard.kernel.engines import ConfigurationError
from dashboard.notifications import outgoing
from dashboard.web import access, filters, htmx, livepage, problems, security
from dashboard.web.application import Application

__all__ = ["ConfigurationError", "create_app"]

DEFAULT_SECRETS = {"", "dev", "secret", "changeme", "change-me"}


def create_app(config: Config | None = None) -> flask.Flask:
    """Build an application.

    Raises: ConfigurationError, when a start-up guard refuses (unsafe database settings, default secret, debug in production).
    """
    config = config or from_environment()
    guard(config)
    kept_secrets.configure(config.secret_key)
    crash.configure(config.crash_at)
    app = Application(
        "dashboard",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(config.instance),
    )
    app.extensions["orderdeck_config"] = config
    app.config.from_mapping(settings(config))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(build_id=build_id(), shop_name=config.shop_name, demo=config.demo)
    db.init_app(app)
    app.before_request(lambda: context.set_request_id(secrets.token_hex(6)))
    htmx.init_app(app)
    security.init_app(app)
    access.init_app(app)
    problems.init_app(app)
    filters.init_app(app)
    livepage.init_app(app)
    wiring.init_app(app)
    guard_mail(config)
    cli.init_app(app)
    if config.background:
        app.extensions["orderdeck_live"].start()
    return app


def settings(config: Config) -> dict[str, object]:
    """Flask's own settings from ours."""
    secure = config.https
    prefix = "__Host-" if secure else ""
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.sqlalchemy_url,
        "DEBUG": config.debug,
        "SESSION_COOKIE_NAME": f"{prefix}orderdeck",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 5 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
        "JSON_SORT_KEYS": False,
    }


def guard(config: Config) -> None:
    """Raises: ConfigurationError, for a guessable secret, or debug where strangers can reach it."""
    if config.secret_key.lower() in DEFAULT_SECRETS or len(config.secret_key) < 16:
        raise ConfigurationError(
            "ORDERDECK_SECRET_KEY must be a secret of at least 16 characters; leave it out to have one made."
        )
    host = config.bind.rpartition(":")[0]
    if config.debug and host not in ("127.0.0.1", "localhost", "[::1]"):
        raise ConfigurationError(f"ORDERDECK_DEBUG=1 shows source code to strangers; it is refused on {config.bind}.")


def guard_mail(config: Config) -> None:
    """Raises: ConfigurationError, for a mail server no mail can be sent to; the senders are known once the wiring has found them."""
    try:
        if config.smtp_url:
            outgoing.check(config.smtp_url)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


@cache
def build_id() -> str:
    """Of this process: it changes when code or pages do and the server starts again; screens reload then."""
    newest = max(
        (
            path.stat().st_mtime_ns
            for folder in ("dashboard", "templates", "static")
            for path in Path(ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        ),
        default=0,
    )
    return f"{newest // 1_000_000:x}"
