"""What we stand on is not older than the versions that carry the fixes we rely on."""

from importlib import metadata

import pytest
from packaging.version import Version

from dashboard.kernel import engines

FLOORS = {
    "flask": "3.1.3",
    "werkzeug": "3.1.6",
    "jinja2": "3.1.6",
    "python-engineio": "4.13.2",
    "python-socketio": "5.14",
    "gunicorn": "23",
    "sqlalchemy": "2.1",
    "flask-security": "5.9",
    "wtforms": "3.3",
    "flask-wtf": "1.3",
    "flask-migrate": "4.1",
    "pydantic": "2.14",
    "psycopg": "3.3",
    "simple-websocket": "1.1.0",
}


@pytest.mark.parametrize("name", FLOORS)
def test_an_installed_package_is_not_too_old(name):
    assert Version(metadata.version(name)) >= Version(FLOORS[name])


def test_sqlite_is_new_enough_for_wal_or_wal_is_not_used():
    assert tuple(engines.sqlite.sqlite_version_info) >= (3, 51, 3) or engines.journal_mode() == "delete"
