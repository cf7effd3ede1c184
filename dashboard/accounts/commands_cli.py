"""`flask user create`, `flask token create`, `flask kiosk create`. cli.py registers `commands`."""

import click
import flask
from flask.cli import AppGroup

from dashboard.accounts import links, passwords, roles, store
from dashboard.accounts.actions import create_user, reset_second_factor
from dashboard.accounts.commands import CreateUser, ResetSecondFactor
from dashboard.kernel import clock
from dashboard.kernel.actor import system
from dashboard.kernel.db import write
from dashboard.kernel.errors import DomainError

CONSOLE = system("console")

user_group = AppGroup("user", help="People who sign in.")
token_group = AppGroup("token", help="API tokens of machines.")
kiosk_group = AppGroup("kiosk", help="Wall displays.")

commands = [user_group, token_group, kiosk_group]


def base_address() -> str:
    """Where this installation is reached, for links printed on the console."""
    config = flask.current_app.extensions["orderdeck_config"]
    return f"{'https' if config.https else 'http'}://{config.hosts[0] if config.hosts else config.bind}"


@user_group.command("create")
@click.option("--email", required=True)
@click.option("--role", type=click.Choice(roles.PEOPLE), required=True)
@click.option("--name", default="")
@click.option("--locations", help="Codes with commas; without it: every location.")
@click.option("--password", help="Without it, a one-time link to set one is printed (better: a shell keeps what is typed).")
def create_user_command(email: str, role: str, name: str, locations: str | None, password: str | None) -> None:
    """Make a user and print how that person comes in."""
    if password and (problem := passwords.weakness(password, [email, name])):
        raise click.ClickException(problem)
    user_id = _write(create_user, CreateUser(email, name, password or "", role, locations))
    if password:
        click.echo(f"{email} may sign in as {role}.")
    else:
        click.echo(links.new_setup_address(base_address(), user_id, name or email, role, CONSOLE))


@user_group.command("reset")
@click.argument("email")
def reset_user_command(email: str) -> None:
    """Take the second factor away and print a link to set a new password: the way back in for a locked-out owner."""
    user = store.find_user("email", email, case_insensitive=True)
    if user is None:
        raise click.ClickException("Nobody has that e-mail address.")
    _write(reset_second_factor, ResetSecondFactor(user.id))
    click.echo(links.new_setup_address(base_address(), user.id, user.name, user.role, CONSOLE))


@token_group.command("create")
@click.option("--role", type=click.Choice(roles.MACHINES), required=True)
@click.option("--channel", help="The channel whose orders it creates and reads.")
@click.option("--name", default="made on the console")
def create_token_command(role: str, channel: str | None, name: str) -> None:
    """Make an API token and print it, once."""
    with _as_click_error():
        click.echo(links.new_api_token(name, role, channel, CONSOLE))


@kiosk_group.command("create")
@click.option("--name", default="Wall")
@click.option("--location", help="A location's code; without it: all.")
def create_kiosk_command(name: str, location: str | None) -> None:
    """Make a wall display's token and print the address to open on it, once."""
    with _as_click_error():
        click.echo(links.new_wall_address(base_address(), name, location, CONSOLE))


class _as_click_error:  # noqa: N801 (reads as a statement)
    """A refusal of ours as an error of the command, without a traceback."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, DomainError):
            details = "; ".join(f"{name}: {text}" for name, text in error.facts.get("fields", {}).items())
            raise click.ClickException(f"{error.message} {details}".strip()) from None


def _write(action, command):
    with _as_click_error():
        return write(action, command, CONSOLE, clock.now())
