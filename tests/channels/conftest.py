"""Run an import of a text or a file the way the command line does, without a record of it."""

from pathlib import Path

import pytest

from dashboard.channels import mapping
from dashboard.channels.importing import ImportFile, run_import
from dashboard.channels.rehearsal import rehearsal
from dashboard.kernel import db
from dashboard.kernel.actor import system

IMPORTER = system("import")


class Importer:
    """`run` imports; refused rows are in `errors`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.errors = folder / "errors.csv"
        self.told: list[tuple[str, int, int]] = []

    def run(self, source, mapping_=None, *, channel="web", dry_run=False, write=None, **options):
        """source: CSV text or a path; mapping_: a name or a Mapping. Returns the report."""
        path = source if isinstance(source, Path) else self.folder / "rows.csv"
        if isinstance(source, str):
            path.write_text(source, "utf-8", newline="")
        if not isinstance(mapping_, mapping.Mapping):
            mapping_ = mapping.load(mapping_ or "plain")
        order = ImportFile(path, path.name, channel, mapping_, mapping_.name, self.errors, dry_run, **options)
        tell = lambda *word: self.told.append(word)  # noqa: E731
        if not dry_run:
            return run_import(order, write or db.write, self.folder, IMPORTER, tell)
        with rehearsal(self.folder) as rehearsed:
            return run_import(order, rehearsed, self.folder, IMPORTER, tell)


@pytest.fixture
def importer(app, clean_check, tmp_path):
    return Importer(tmp_path)


@pytest.fixture
def rows_of():
    """Rows of a query as plain tuples, from the application the test runs in."""

    def ask(sql: str, **values):
        with db.db.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(db.db.text(sql), values)]

    return ask
