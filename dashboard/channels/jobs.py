"""The job that runs an uploaded import."""

from pathlib import Path

from dashboard.channels import conduct, mapping, runs
from dashboard.channels.importing import ImportFile
from dashboard.channels.runs import Begun
from dashboard.channels.tables.sheet import KINDS, TableFile
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Unavailable
from dashboard.kernel.jobs import Leased


@jobs.task(runs.TASK)
def import_upload(job: Leased) -> str:
    """Run the import of an upload; one that died with its process goes on where it stopped, because known documents are left alone."""
    run_id = job.payload["run_id"]
    actor = Actor(*job.payload["actor"])
    begun: Begun | None = db.write(runs.begin_import, run_id, actor, clock.now())
    if begun is None:
        return "has ended already"
    run = begun.order
    path = conduct.room() / (run.upload or "")
    order = _order(run_id, begun, path)
    try:
        conduct.conduct(run_id, order, actor)
    except Unavailable:
        raise
    except DomainError as refusal:
        return refusal.message  # the record says it; trying again would not help
    if not run.dry_run:
        path.unlink(missing_ok=True)
    return "done"


def _order(run_id: int, begun: Begun, path: Path) -> ImportFile | TableFile:
    run, errors = begun.order, conduct.room() / conduct.errors_name(run_id)
    if run.mode in KINDS:
        return TableFile(
            path, run.file_name, run.mode, run_id, errors, run.dry_run, done=0 if run.dry_run else begun.rows,
            most_rows=conduct.TABLE_ROWS, most_bytes=conduct.UPLOAD_BYTES,
        )  # fmt: skip
    return ImportFile(
        path, run.file_name, run.channel, mapping.load(run.mapping), run.mapping, errors,
        dry_run=run.dry_run, most_rows=conduct.UPLOAD_ROWS, most_bytes=conduct.UPLOAD_BYTES,
    )  # fmt: skip
