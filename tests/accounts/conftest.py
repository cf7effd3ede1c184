"""Cheap password hashes: the tests check what is done with them, not how long they take to guess."""

import shutil

import pytest

from dashboard.accounts import passwords
from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel.db import database, db
from dashboard.web.access import requires
from tests.conftest import SECRET, OwnContextClient

passwords.COST.update(memory_cost=8, time_cost=1)


@pytest.fixture
def doors(app):
    """Two routes that need orders.read: one of the API, one page; both say who asked."""
    from dashboard.web import access

    @requires("orders.read")
    def who():
        return {"ref": access.actor().ref, "role": access.actor().role, "channel": access.actor().channel}

    app.add_url_rule("/api/v1/who", "test_api_who", who)
    app.add_url_rule("/who", "test_page_who", who)
    return app


@pytest.fixture
def build(migrated, tmp_path):
    """Make an application with settings of one's own, CSRF on as in earnest."""
    made = []

    def make(**settings):
        folder = tmp_path / f"own{len(made)}"
        folder.mkdir()
        shutil.copy(migrated, folder / "orderdeck.sqlite3")
        app = create_app(Config(instance=folder, secret_key=SECRET, **settings))
        app.config.update(TESTING=True)
        app.test_client_class = OwnContextClient
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            database().close()
            db.engine.dispose()
