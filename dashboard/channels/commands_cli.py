"""`flask import`: a CSV of orders or of history through a mapping. cli.py registers `commands`."""

import getpass
import shutil
from pathlib import Path

import click
from flask.cli import with_appcontext

from dashboard.channels import conduct, mapping, runs
from dashboard.channels.importing import ImportFile, Tell
from dashboard.channels.outcomes import Report
from dashboard.channels.runs import StartImport
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--channel", required=True, help="The channel the file comes from, for example uk-store.")
@click.option("--map", "map_", default="plain", show_default=True, help="A shipped mapping's name, or a mapping file (JSON).")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--opening-stock", type=FILE, help="CSV of units on the shelf before the first row (mode history).")
@click.option("--location", help="Location a history ships from; the mapping's unless given.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Also write refused rows to this CSV.")
@with_appcontext
def import_command(
    file: Path, channel: str, map_: str, dry_run: bool, opening_stock: Path | None, location: str | None, errors: Path | None
) -> None:
    """Import the CSV FILE (also .gz); the report accounts for every row. Run again, it changes nothing."""
    actor = Actor("system", "import", getpass.getuser())
    try:
        chosen = mapping.load(map_)
        started = db.write(
            runs.start_import, StartImport(channel, file.name, Path(map_).stem, chosen.mode, dry_run), actor, clock.now()
        )
        refused = conduct.room() / conduct.errors_name(started.id)
        order = ImportFile(file, file.name, channel, chosen, Path(map_).stem, refused, dry_run, opening_stock, location)
        with _Bars() as bars:
            report = conduct.conduct(started.id, order, actor, bars.tell)
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from None
    _say(report, refused, errors)


def _say(report: Report, refused: Path, errors: Path | None) -> None:
    for line in report.lines():
        click.echo(line)
    if report.refused:
        if errors is not None:
            shutil.copyfile(refused, errors)
        click.echo(f"{report.refused:,} refused rows with their reasons: {errors or refused}")


class _Bars:
    """A progress bar per phase on the terminal."""

    def __init__(self) -> None:
        self._phase = ""
        self._bar: object = None

    def __enter__(self) -> "_Bars":
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    @property
    def tell(self) -> Tell:
        return self._tell

    def _tell(self, phase: str, done: int, total: int) -> None:
        if phase != self._phase:
            self._close()
            self._phase = phase
            self._bar = click.progressbar(length=max(total, 1), label=f"{phase.capitalize():<8} {total:,} rows")
            self._bar.__enter__()  # type: ignore[attr-defined]
        self._bar.update(max(0, done - self._bar.pos))  # type: ignore[attr-defined]

    def _close(self) -> None:
        if self._bar is not None:
            bar, self._bar = self._bar, None
            bar.update(max(0, bar.length - bar.pos))  # type: ignore[attr-defined]
            bar.__exit__(None, None, None)  # type: ignore[attr-defined]


commands = [import_command]
