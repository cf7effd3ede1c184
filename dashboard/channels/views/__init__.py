"""Pages of imports and exports."""

from types import SimpleNamespace

import flask

from dashboard.channels.views import exports, imports, tables
from dashboard.web import access

blueprints = (imports.blueprint, tables.blueprint, exports.blueprint)


def init_app(app: flask.Flask) -> None:
    app.jinja_env.globals["table_access"] = table_access


def table_access(kind: str) -> SimpleNamespace:
    """Whether this person may let a table out of the house (leave) and in (enter)."""
    actor = access.actor()
    return SimpleNamespace(
        leave=actor.may("exports.read") and actor.may(exports.ALSO[kind]),
        enter=actor.may("imports.write") and actor.may(tables.ALSO[kind]),
    )
