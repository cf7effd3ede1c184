"""/imports/new/stock and /imports/new/catalogue: upload a table; a job imports it, and its page is that of every import."""

from typing import Any

import flask

from dashboard.channels import conduct, runs, uploads
from dashboard.channels.forms import TableForm
from dashboard.channels.runs import StartImport
from dashboard.channels.tables.sheet import KINDS
from dashboard.kernel.errors import DomainError, NotFound
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect

blueprint = flask.Blueprint("tables", __name__, url_prefix="/imports/new")

ALSO = {"stock": "stock.adjust", "catalogue": "catalog.write"}
"""Kind of table -> what its import needs beside imports.write."""


@blueprint.get("/<kind>")
@requires("imports.write")
def new(kind: str) -> str:
    _check(kind)
    return _form(kind, TableForm())


@blueprint.post("/<kind>")
@requires("imports.write")
def create(kind: str) -> Any:
    _check(kind)
    form = TableForm()
    if not form.validate():
        return _form(kind, form), 422
    upload = None
    try:
        upload = uploads.keep(form.file.data.stream, conduct.room())
        command = StartImport("", uploads.shown_name(form.file.data.filename), kind, kind, form.dry_run.data, upload)
        started = once.run(runs.start_import, command)
    except DomainError as error:
        if upload:
            uploads.drop(upload, conduct.room())
        return _form(kind, form, error), error.status
    if started["upload"] != upload:
        uploads.drop(upload, conduct.room())
    return redirect(flask.url_for("imports.show", run_id=started["id"]))


def demand_for(kind: str) -> None:
    """Raises: Forbidden, where this actor may not write what such a table changes."""
    if kind in ALSO:
        access.demand(ALSO[kind])


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise NotFound("There is no such import.")
    demand_for(kind)


def _form(kind: str, form: TableForm, error: DomainError | None = None) -> str:
    """The page with the form; a refusal stands at its field, or above the form where it names none."""
    problem = error.message if error is not None else None
    if error is not None and "file" in error.facts.get("fields", {}):
        form.file.errors, problem = (error.facts["fields"]["file"],), None
    key = once.fresh_key() if error else once.new_key()
    return flask.render_template(
        "channels/new_table.html", form=form, kind=kind, table=KINDS[kind], key=key, problem=problem,
        may_export=access.actor().may("exports.read"),
    )  # fmt: skip
