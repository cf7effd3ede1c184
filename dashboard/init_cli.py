"""`flask init`: bring the database to the newest schema; with nobody in it yet, print the one-time link of the first owner."""

import click
import flask
from flask.cli import with_appcontext

from dashboard.accounts import links
from dashboard.accounts.commands_cli import CONSOLE, base_address
from dashboard.schema import migrate


@click.command("init")
@with_appcontext
def init() -> None:
    """Migrate, and print a set-up link where there are no users."""
    migrate(flask.current_app._get_current_object())
    address = links.first_setup_address(base_address(), CONSOLE)
    if address is None:
        click.echo("The database is up to date.")
    else:
        click.echo(f"The database is ready. Make the first owner here (the link works once, for a week):\n\n  {address}\n")


commands = [init]
