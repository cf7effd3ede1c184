"""URL rules that are ready to match at once and learn to build addresses when the first one is asked for.

Werkzeug compiles two functions per rule at the start; with 330 rules that was a quarter of the time the application took to boot.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A rule whose builders of addresses are compiled on first use."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(super()._compile_builder)

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build
