"""Shared fixtures: an application on a fresh, migrated database per test (a copied file, so it is quick)."""

import contextvars
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel.db import database, db
from dashboard.schema import migrate

SECRET = "tests-only-secret-of-forty-characters-000"
SHARED = Path(__file__).parents[2] / "shared" / "data"


class OwnContextClient(FlaskClient):
    """Each request in a context of its own, as a server gives it: Flask would share the test's `g` and database session."""

    def open(self, *args, **kwargs):
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(Config(instance=folder, secret_key=SECRET))
    migrate(app)
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "orderdeck.sqlite3"


@pytest.fixture
def app(migrated, tmp_path):
    shutil.copy(migrated, tmp_path / "orderdeck.sqlite3")
    app = create_app(Config(instance=tmp_path, secret_key=SECRET))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = OwnContextClient
    with app.app_context():
        yield app
        db.session.remove()
        database().close()
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("shared data is not here")
    return SHARED
