"""The composition root: finds every slice's views and reactions and every adapter. Nothing else imports views."""

import importlib
import importlib.util
import pkgutil
from functools import cache

import flask

from dashboard import adapters

SLICES = (
    "accounts",
    "catalog",
    "inventory",
    "purchasing",
    "transfers",
    "counts",
    "routing",
    "orders",
    "customers",
    "payments",
    "fulfilment",
    "editing",
    "promises",
    "returns",
    "channels",
    "bulk",
    "drafts",
    "desk",
    "notifications",
    "automation",
    "insights",
    "tracking",
    "wallboard",
    "live",
    "styleguide",
    "api",
)


def init_app(app: flask.Flask) -> None:
    """Register what each slice offers.

    A slice's `views` module (or package) lists its blueprints in `blueprints`; an optional `init_app(app)` there is called too.
    """
    load_adapters()
    for name in SLICES:
        for part in ("model", "store", "reactions", "jobs"):
            optional(f"dashboard.{name}.{part}")
        views = optional(f"dashboard.{name}.views")
        if views is None:
            continue
        if hasattr(views, "init_app"):
            views.init_app(app)
        for blueprint in views.blueprints:
            app.register_blueprint(blueprint)


@cache
def optional(name: str):
    """The module, or None where the slice has no such room."""
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    return importlib.import_module(name) if found and found.origin else None  # an empty folder has a spec but no origin


@cache
def load_adapters() -> None:
    """Import every provider file: each registers itself with its port on its last line."""
    for found in pkgutil.walk_packages(adapters.__path__, "dashboard.adapters."):
        importlib.import_module(found.name)
