"""`flask backup FILE` and `flask restore FILE`."""

from pathlib import Path

import click
import flask
from flask.cli import with_appcontext

from dashboard import backup as files
from dashboard.kernel import db
from dashboard.kernel.errors import DomainError
from dashboard.schema import migrate


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copy the running database to FILE, in one snapshot."""
    try:
        size = files.backup(flask.current_app, file)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"Wrote {file} ({size:,} bytes).")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.confirmation_option(prompt="This replaces the database. Is the server stopped?")
@with_appcontext
def restore(file: Path) -> None:
    """Replace the database by the backup FILE. Stop the server first."""
    app = flask.current_app._get_current_object()
    db.db.session.remove()
    db.db.engine.dispose()
    try:
        files.restore(app, file)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    migrate(app)
    click.echo(f"Restored {file}.")


commands = [backup, restore]
