"""Commands that run Orderdeck: `flask serve`, `flask work`, `flask audit verify`, `flask jobs`."""

import os
import signal
import sys
import threading

import click
import flask
import sqlalchemy as sa
from flask.cli import AppGroup, with_appcontext

from dashboard.kernel import clock, db, jobs, seal
from dashboard.kernel.jobs import Job


@click.command("serve")
def serve() -> None:
    """Serve pages, live screens and background work (ORDERDECK_BIND, ORDERDECK_MODE).

    This process becomes the server: gunicorn's first process stays small, and the application is loaded once, in its worker.
    """
    os.execv(sys.executable, [sys.executable, "-m", "dashboard.serve"])  # noqa: S606 (our own interpreter and module)


@click.command("work")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Tasks run at once; reactions have one more."
)
@with_appcontext
def work(workers: int) -> None:
    """Run background jobs until stopped: as many of these processes as you like, on PostgreSQL, with ORDERDECK_REDIS_URL or without."""
    if db.database().is_sqlite:
        raise click.ClickException("On SQLite the serving process runs its jobs itself: one process writes.")
    from dashboard.kernel.runner import Runner  # noqa: PLC0415 (huey and redis: only where jobs run)

    app = flask.current_app._get_current_object()  # type: ignore[attr-defined]
    runner = Runner(app, app.extensions["orderdeck_config"].redis_url, task_workers=workers)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    runner.start()
    click.echo(f"working as {runner.name}; stop with Ctrl-C")
    stopped.wait()
    runner.stop()


audit = AppGroup("audit", help="The sealed event log.")


@audit.command("verify")
def verify() -> None:
    """Recompute the audit chain; exits 1 and names what was changed, removed, inserted, reordered or cut off."""
    database = db.database()
    with db.db.engine.connect() as connection:
        faults = seal.verify(connection, seal.anchor_of(database))
        sealed, end = seal.extent(connection)
    for fault in faults:
        click.echo(f"events {fault.first_seq} to {fault.last_seq}: {fault.what}")
    if faults:
        raise SystemExit(1)
    click.echo(f"the audit chain is whole: {sealed} of {end} events sealed" + (", the rest is younger" if sealed < end else ""))


dead = AppGroup("jobs", help="Background jobs.")


@dead.command("dead")
def list_dead() -> None:
    """List dead letters: jobs that failed every time."""
    for job in db.db.session.scalars(sa.select(Job).where(Job.status == "dead").order_by(Job.id)):
        reason = (job.error or "").strip().splitlines()[-1:] or [""]
        click.echo(f"{job.id}\t{job.task}\t{job.attempts} attempts\t{reason[0][:160]}")


@dead.command("retry")
@click.argument("ids", type=int, nargs=-1, required=True)
def retry(ids: tuple[int, ...]) -> None:
    """Give dead letters another life."""
    for job_id in ids:
        found = db.write(jobs.retry, job_id, clock.now())
        click.echo(f"{job_id}: {'runs again' if found else 'is no dead letter'}")


commands = [serve, work, audit, dead]
