"""`flask import`: a CSV of orders or of history through a mapping. cli.py registers `commands`."""

import getpass
import shutil
from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import with_appcontext

from dashboard.channels import conduct, mapping, runs
from dashboard.channels.importing import ImportFile, Tell
from dashboard.channels.outcomes import Report
from dashboard.channels.runs import StartImport
from dashboard.channels.tables.sheet import KINDS, TableFile
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.kernel.garbage import collected_seldom

Ordered = Callable[[int, Path], ImportFile | TableFile]
"""ordered(run id, file of refused rows): what to import."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--channel", help="The channel orders come from, for example uk-store.")
@click.option("--map", "map_", default="plain", show_default=True,
              help="A shipped mapping's name or a mapping file (JSON) for orders; stock or catalogue for a table of those.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--opening-stock", type=FILE, help="CSV of units on the shelf before the first row (mode history).")
@click.option("--location", help="Location a history ships from; the mapping's unless given.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Also write refused rows to this CSV.")
@with_appcontext
def import_command(
    file: Path, channel: str | None, map_: str, dry_run: bool, opening_stock: Path | None, location: str | None, errors: Path | None
) -> None:
    """Import the CSV FILE (also .gz); the report accounts for every row. Run again, it changes nothing."""
    actor = Actor("system", "import", getpass.getuser())
    try:
        if map_ in KINDS:
            if channel or opening_stock or location:
                raise Invalid(f"A table of {map_} has no channel, opening stock or location of its own.")
            start, order = _table(file, map_, dry_run)
        else:
            start, order = _orders(file, channel, map_, dry_run, opening_stock, location)
        started = db.write(runs.start_import, start, actor, clock.now())
        refused = conduct.room() / conduct.errors_name(started.id)
        with collected_seldom(), _Bars() as bars:
            report = conduct.conduct(started.id, order(started.id, refused), actor, bars.tell)
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from None
    _say(report, refused, errors)


def _orders(
    file: Path, channel: str | None, map_: str, dry_run: bool, opening_stock: Path | None, location: str | None
) -> tuple[StartImport, Ordered]:  # fmt: skip
    if channel is None:
        raise click.UsageError("Missing option '--channel'.")
    chosen, name = mapping.load(map_), Path(map_).stem
    return StartImport(channel, file.name, name, chosen.mode, dry_run), lambda _run_id, errors: ImportFile(
        file, file.name, channel, chosen, name, errors, dry_run, opening_stock, location
    )


def _table(file: Path, kind: str, dry_run: bool) -> tuple[StartImport, Ordered]:
    return StartImport("", file.name, kind, kind, dry_run), lambda run_id, errors: TableFile(
        file, file.name, kind, run_id, errors, dry_run
    )


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
