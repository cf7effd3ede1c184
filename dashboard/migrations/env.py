"""Alembic's environment: migrations run on a connection of their own that may write."""

import flask
import sqlalchemy as sa
from alembic import context

from dashboard.kernel import engines
from dashboard.kernel.columns import Base

app = flask.current_app
url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])


def run() -> None:
    sqlite = url.get_backend_name() == "sqlite"
    engine = engines.migration_engine(url)
    with engine.connect() as connection:
        if not sqlite:
            connection.execute(sa.text("SELECT pg_advisory_lock(7316)"))  # two web processes starting at once: one migrates
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=sqlite, compare_type=True, include_object=ours
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


def ours(_thing, name, kind, _reflected, _compare_to) -> bool:
    """Leave the search index's own tables alone."""
    return not (kind == "table" and name and name.startswith("order_search"))


run()
