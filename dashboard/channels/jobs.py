"""The job that runs an uploaded import."""

from dashboard.channels import conduct, mapping, runs
from dashboard.channels.importing import ImportFile
from dashboard.channels.runs import StartImport
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Unavailable
from dashboard.kernel.jobs import Leased


@jobs.task(runs.TASK)
def import_upload(job: Leased) -> str:
    """Run the import of an upload; one that died with its process goes on where it stopped, because known documents are left alone."""
    run_id = job.payload["run_id"]
    actor = Actor(*job.payload["actor"])
    run: StartImport | None = db.write(runs.begin_import, run_id, actor, clock.now())
    if run is None:
        return "has ended already"
    path = conduct.room() / (run.upload or "")
    order = ImportFile(
        path, run.file_name, run.channel, mapping.load(run.mapping), run.mapping, conduct.room() / conduct.errors_name(run_id),
        dry_run=run.dry_run, most_rows=conduct.UPLOAD_ROWS, most_bytes=conduct.UPLOAD_BYTES,
    )  # fmt: skip
    try:
        conduct.conduct(run_id, order, actor)
    except Unavailable:
        raise
    except DomainError as refusal:
        return refusal.message  # the record says it; trying again would not help
    if not run.dry_run:
        path.unlink(missing_ok=True)
    return "done"
