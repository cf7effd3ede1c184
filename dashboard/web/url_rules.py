"""URL rules that are ready to match at once and learn to build addresses when the first one is asked for.

Werkzeug compiles two functions per rule at the start; with 330 rules that was a quarter of the time the application took to boot.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule whose builders of addresses are compiled on first use."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now = super()._compile_builder
        builder: Builder | None = None

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal builder
            builder = builder or compile_now(append_unknown)
            return builder(rule, **values)

        return build
