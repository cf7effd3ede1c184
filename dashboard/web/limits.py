"""Rate limits: one counter store for all views; in memory, or Redis where several processes must agree."""

import flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, headers_enabled=True, swallow_errors=True, in_memory_fallback_enabled=True)
"""Decorate a view with `@limiter.limit("20 per minute")` below @requires; 429 with Retry-After is answered beyond."""


def init_app(app: flask.Flask) -> None:
    app.config.setdefault("RATELIMIT_STORAGE_URI", app.extensions["orderdeck_config"].redis_url or "memory://")
    limiter.init_app(app)
