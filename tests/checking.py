"""The fixture behind every concurrent test: afterwards, every invariant holds."""

from dashboard.check import run
from dashboard.kernel.db import db


def assert_clean() -> None:
    """Fails with the broken conditions and their rows."""
    db.session.rollback()
    report = run(db.engine)
    assert report.clean, {found.name: found.offending for found in report.broken}
