"""What every application of this process makes anew though it comes out the same: parsed URL rules and compiled SQL, kept.

An application per test would parse 370 rules, and compile again each statement it runs: half of what a short test costs. A server
has one application and one engine for as long as it lives; it keeps both just so.
"""

from typing import Any

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.event import listen
from sqlalchemy.util import LRUCache

from dashboard.web.application import Application
from dashboard.web.url_rules import LateRule


class KeptStatements(LRUCache):
    """Compiled SQL for all engines: the keys of SQLAlchemy name one engine's dialect, these name its kind."""

    def get(self, key, default=None):
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key, value):
        super().__setitem__(_of_any_engine(key), value)


def _of_any_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (type(dialect), dialect.paramstyle, dialect.server_version_info, *rest)


STATEMENTS = KeptStatements(4_000)


def keep_statements() -> None:
    """From now on an engine compiles only what no engine before it has compiled."""
    listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=STATEMENTS)


class KeptRule(LateRule):
    """A URL rule that is parsed once, whichever application it belongs to."""

    _kept: dict[tuple[str, ...], "KeptRule"] = {}

    def compile(self) -> None:
        key = (self.rule, str(self.subdomain), str(self.merge_slashes), repr(self.defaults))
        first = self._kept.get(key)
        if first is None:
            super().compile()
            self._kept[key] = self
            return
        self._parts, self._trace, self._converters = first._parts, first._trace, first._converters
        self.arguments = first.arguments
        self._build = first._build.__func__.__get__(self)
        self._build_unknown = first._build_unknown.__func__.__get__(self)


def keep_rules() -> None:
    """From now on applications are made with rules that are parsed already."""
    Application.url_rule_class = KeptRule
