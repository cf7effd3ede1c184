"""Shared fixtures: an application on a fresh, migrated database per test (a copied file, so it is quick).

`app` is on SQLite, `pg_app` on a private PostgreSQL, `any_app` runs a test on both.
"""

import contextlib
import contextvars
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel.db import database, db
from dashboard.schema import migrate
from tests import cluster
from tests.accounts.helpers import sign_in
from tests.checking import assert_clean
from tests.chromium import chromium  # noqa: F401
from tests.completeness import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401
from tests.order import pytest_collection_modifyitems  # noqa: F401
from tests.quick import quicken

SECRET = "tests-only-secret-of-forty-characters-000"
SHARED = Path(__file__).parents[2] / "shared" / "data"


class OwnContextClient(FlaskClient):
    """Each request in a context of its own, as a server gives it: Flask would share the test's `g` and database session."""

    def open(self, *args, **kwargs):
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file to copy."""
    return filled(tmp_path_factory.mktemp("migrated"), lambda: migrate(flask.current_app))


def filled(folder: Path, fill: Callable[[], object], source: Path | None = None) -> Path:
    """A SQLite file in this folder to copy: one made of `source`, with what `fill` puts there."""
    if source:
        shutil.copy(source, folder / "orderdeck.sqlite3")
    with running(Config(instance=folder, secret_key=SECRET)):
        fill()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "orderdeck.sqlite3"


@contextlib.contextmanager
def running(config: Config):
    """An application in whose context the test runs."""
    app = create_app(config)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = OwnContextClient
    quicken(app)
    with app.app_context():
        yield app
        db.session.remove()
        database().close()
        db.engine.dispose()


@pytest.fixture
def app(migrated, tmp_path):
    shutil.copy(migrated, tmp_path / "orderdeck.sqlite3")
    with running(Config(instance=tmp_path, secret_key=SECRET)) as app:
        yield app


@pytest.fixture(scope="session")
def pg_cluster(tmp_path_factory):
    """A private PostgreSQL with a migrated database named `template`; without PostgreSQL its tests are skipped (with CI=true: fail)."""
    binaries = cluster.find_binaries()
    if binaries is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("PostgreSQL is not installed here")
    server = cluster.Cluster(binaries)
    try:
        url = server.create("template")
        app = create_app(Config(instance=tmp_path_factory.mktemp("pg"), secret_key=SECRET, database_url=url))
        migrate(app)
        with app.app_context():
            db.engine.dispose()
        yield server
    finally:
        server.destroy()


@pytest.fixture
def pg_url(pg_cluster):
    """The address of a fresh, migrated PostgreSQL database."""
    name = f"t{secrets.token_hex(6)}"
    yield pg_cluster.create(name, "template")
    pg_cluster.drop(name)


@pytest.fixture
def pg_app(pg_url, tmp_path):
    with running(Config(instance=tmp_path, secret_key=SECRET, database_url=pg_url)) as app:
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    """A fresh, migrated database of each kind: '' stands for the SQLite file of the instance folder."""
    if request.param == "postgresql":
        return request.getfixturevalue("pg_url")
    shutil.copy(request.getfixturevalue("migrated"), request.getfixturevalue("tmp_path") / "orderdeck.sqlite3")
    return ""


@pytest.fixture
def any_app(database_url, tmp_path):
    with running(Config(instance=tmp_path, secret_key=SECRET, database_url=database_url)) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def person(shop):
    """An owner's signed-in client on the shop of the folder (its fixture `shop`)."""
    client = shop.test_client()
    sign_in(client)
    return client


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("shared data is not here")
    return SHARED


@pytest.fixture
def clean_check():
    """Ask for it after the app: when the test is done, every invariant of TRUST.md must hold."""
    yield
    assert_clean()
