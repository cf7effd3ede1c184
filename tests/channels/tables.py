"""Import a table the way the command line does, and read the balances it leaves."""

from pathlib import Path

from dashboard.channels import conduct, runs
from dashboard.channels.runs import StartImport
from dashboard.channels.tables.sheet import TableFile
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system

IMPORTER = system("import")


class Tables:
    """`stock` and `catalogue` import a text or a file; refused rows are in `errors`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.errors = folder / "refused.csv"
        self.told: list[tuple[str, int, int]] = []

    def stock(self, source, **options):
        return self.run("stock", source, **options)

    def catalogue(self, source, **options):
        return self.run("catalogue", source, **options)

    def run(self, kind, source, *, dry_run=False, run_id=None, done=0):
        path = source if isinstance(source, Path) else self.folder / "table.csv"
        if isinstance(source, str):
            path.write_text(source, "utf-8", newline="")
        if run_id is None:
            start = StartImport("", path.name, kind, kind, dry_run)
            run_id = db.write(runs.start_import, start, IMPORTER, clock.now()).id
        order = TableFile(path, path.name, kind, run_id, self.errors, dry_run, done)
        return conduct.conduct(run_id, order, IMPORTER, lambda *word: self.told.append(word))

    def refused(self):
        """[(line, field, reason)] of the last import."""
        rows = self.errors.read_text("utf-8").splitlines()[1:] if self.errors.exists() else []
        return [tuple(row.split(",")[:3]) for row in rows]
