"""A signed-in browser's cookie for a bench's shop."""

from pathlib import Path

import flask

from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel.db import database, db
from tests.accounts.helpers import sign_in
from tests.serving import SECRET


def application(folder: Path) -> flask.Flask:
    """The application of this shop, in this process."""
    return create_app(Config(instance=folder, secret_key=SECRET))


def cookie(folder: Path, role: str = "owner") -> dict[str, str]:
    """The header of a signed-in session."""
    app = application(folder)
    with app.app_context():
        client = app.test_client()
        sign_in(client, role)
        found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        database().close()
        db.engine.dispose()
    assert found is not None
    return {"Cookie": f"{found.key}={found.value}"}
