"""What makes thousands of applications in one process cheap: template code is compiled once, and garbage is looked for seldom.

And what a busy machine may not decide: how long hypothesis may take to think of an example.
"""

import gc
import os
import random
from functools import cache
from types import CodeType

import flask
import hypothesis
import jinja2
from jinja2.bccache import Bucket

from tests.kept import keep_rules, keep_statements

QUIET = (hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture)
"""Not complained of: a busy machine, and fixtures that all examples of a test share (such examples clean up after themselves)."""
CI = os.environ.get("CI") == "true"
"""Continuous integration plays the same examples each time; everybody else's runs look for new ones."""
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=QUIET, derandomize=CI)
hypothesis.settings.load_profile("suite")
keep_rules()
keep_statements()


def fresh_seed() -> int:
    """The seed of a test that prints it: another one in every run, but for those of continuous integration."""
    return 1 if CI else random.randrange(2**32)



class KeptTemplates(jinja2.BytecodeCache):
    """The code of every template that an application of this process has used, by the checksum of its source."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = KeptTemplates()


def quicken(app: flask.Flask) -> None:
    """Share with this application what others have compiled."""
    app.jinja_env.bytecode_cache = TEMPLATES
    _spare_imports()


@cache
def _spare_imports() -> None:
    """Once, when everything is imported: what lives as long as the process is not searched for garbage again (as in serve.py)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
