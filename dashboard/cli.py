"""The command line: every `commands` list of a package's `commands_cli` and of the top level's `*_cli` modules.

They are imported when a command is asked for: a server needs none of them.
"""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator

import click
import flask
from flask.cli import AppGroup

import dashboard


class Commands(AppGroup):
    """Finds its commands on first use."""

    loaded = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if self.loaded:
            return
        self.loaded = True
        for name in module_names():
            for command in importlib.import_module(name).commands:
                self.add_command(command)


def init_app(app: flask.Flask) -> None:
    app.cli = Commands(app.name, commands=dict(app.cli.commands))


def module_names() -> Iterator[str]:
    for found in pkgutil.iter_modules(dashboard.__path__, "dashboard."):
        if found.name.endswith("_cli"):
            yield found.name
        elif found.ispkg and importlib.util.find_spec(f"{found.name}.commands_cli"):
            yield f"{found.name}.commands_cli"
