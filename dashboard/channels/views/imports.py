"""/imports: upload a file, watch it, read what became of every row."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.channels import conduct, mapping, runs, store, uploads
from dashboard.channels.forms import ImportForm
from dashboard.channels.model import ImportRun
from dashboard.channels.outcomes import OUTCOMES
from dashboard.channels.runs import StartImport
from dashboard.channels.tables.sheet import KINDS
from dashboard.channels.views.tables import demand_for
from dashboard.kernel import clock
from dashboard.kernel.errors import DomainError, Invalid, NotFound
from dashboard.web import once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import page_or_part, redirect, wants_part

blueprint = flask.Blueprint("imports", __name__, url_prefix="/imports")

PAGE = 50
SILENT = dt.timedelta(seconds=60)
"""A running import that says nothing for so long has stopped."""
BAD, WAITING = ("error", "refused_with_document"), ("backordered", "unknown_sku", "short")
PHASES = {"queued": "Waiting for its turn", "running": "Importing", "done": "Done", "failed": "Failed", "stopped": "Stopped"}


@blueprint.get("")
@requires("imports.write")
def index() -> str:
    before = paging.decode(cursor, int)[0] if (cursor := flask.request.args.get("after")) else None
    found = store.runs(before, PAGE + 1)
    more = flask.url_for("imports.index", after=paging.encode(found[PAGE - 1].id)) if len(found) > PAGE else None
    rows = [_shown(run) for run in found[:PAGE]]
    return page_or_part("channels/index.html", "channels/_table.html", rows=rows, more=more)


@blueprint.get("/new")
@requires("imports.write")
def new() -> str:
    return _form(ImportForm())


@blueprint.post("")
@requires("imports.write")
def create() -> Any:
    form = ImportForm()
    if not form.validate():
        return _form(form), 422
    upload = None
    try:
        chosen = mapping.load(form.mapping.data)
        runs.channel_name(form.channel.data.strip())
        upload = uploads.keep(form.file.data.stream, conduct.room())
        name = uploads.shown_name(form.file.data.filename)
        command = StartImport(form.channel.data.strip(), name, form.mapping.data, chosen.mode, form.dry_run.data, upload)
        started = once.run(runs.start_import, command)
    except DomainError as error:
        if upload:
            uploads.drop(upload, conduct.room())
        return _form(form, error), error.status
    if started["upload"] != upload:
        uploads.drop(upload, conduct.room())
    return redirect(flask.url_for("imports.show", run_id=started["id"]))


@blueprint.get("/<run_id>")
@requires("imports.write")
def show(run_id: str) -> str:
    """The page of one import; while it runs, its part asks for itself every second."""
    run = _found(run_id)
    values = {"run": _shown(run), "result": _result(run), "key": once.new_key()}
    return flask.render_template("channels/_run.html" if wants_part() else "channels/show.html", **values)


@blueprint.post("/<run_id>/runs")
@requires("imports.write")
def run_again(run_id: str) -> Any:
    """After a dry run: the same upload for good."""
    run = _found(run_id)
    if not run.dry_run or not run.upload:
        raise Invalid("Only an uploaded dry run can be imported from here; upload the file again.")
    demand_for(run.mode)
    uploads.path_of(run.upload, conduct.room())
    command = StartImport(run.channel, run.file_name, run.mapping, run.mode, False, run.upload)
    started = once.run(runs.start_import, command)
    return redirect(flask.url_for("imports.show", run_id=started["id"]))


@blueprint.get("/<run_id>/errors")
@requires("imports.write")
def errors(run_id: str) -> flask.Response:
    """The refused rows as a CSV to download."""
    run = _found(run_id)
    path = conduct.room() / conduct.errors_name(run.id)
    if not run.errors_path or not path.is_file():
        raise NotFound("This import refused no rows.")
    return flask.send_file(path, mimetype="text/csv", as_attachment=True, download_name=f"import-{run.id}-errors.csv", max_age=0)


def _form(form: ImportForm, error: DomainError | None = None) -> str:
    """The page with the form; a refusal stands at its field, or above the form where it names none."""
    problem = error.message if error is not None else None
    for name, text in (error.facts.get("fields", {}) if error is not None else {}).items():
        if name in form:
            form[name].errors = (text,)
            problem = None
    mappings = mapping.shipped().values()
    return flask.render_template(
        "channels/new.html", form=form, key=once.fresh_key() if error else once.new_key(), mappings=mappings,
        channels=store.channels(), problem=problem,
    )  # fmt: skip


def _found(run_id: str) -> ImportRun:
    if not (run_id.isascii() and run_id.isdigit() and len(run_id) <= 18):
        raise NotFound("There is no such import.")
    return store.run(int(run_id))


def _shown(run: ImportRun) -> SimpleNamespace:
    """The run as its page says it: state stopped for one that runs no more but never ended."""
    silent = run.status == "running" and run.seen_at is not None and clock.now() - run.seen_at > SILENT
    state = "stopped" if silent else run.status
    return SimpleNamespace(
        id=run.id, channel=run.channel, file_name=run.file_name, mapping=run.mapping, dry_run=run.dry_run, state=state,
        what=KINDS[run.mode].name if run.mode in KINDS else run.mapping,
        word=PHASES[state], rows=run.rows_read, total=run.rows_total, started_by=run.started_by, started_at=run.started_at,
        finished_at=run.finished_at, message=run.message, live=state in ("queued", "running"),
        refused=store.report(run).get("refused", 0), again=run.dry_run and run.status == "done" and bool(run.upload),
    )  # fmt: skip


def _result(run: ImportRun) -> dict[str, Any] | None:
    """The report as the page shows it; None until the run is done."""
    report = store.report(run)
    if not report:
        return None
    counts = report["outcomes"]
    outcomes = [(word, meaning, counts[name], _role(name)) for name, (word, meaning) in OUTCOMES.items() if counts.get(name)]
    made = [(name.replace("_", " ").capitalize(), count) for name, count in report["made"].items() if count]
    return {**report, "outcomes": outcomes, "made": made, "accounted": sum(counts.values())}


def _role(outcome: str) -> str:
    if outcome in BAD:
        return "bad"
    return "warn" if outcome in WAITING else "neutral" if outcome in ("known", "blank", "set_aside") else "ok"
