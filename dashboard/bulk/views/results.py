"""/bulk/<id>/results.csv: what became of every row, with the reason of each that was skipped."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import flask

from dashboard.bulk import store
from dashboard.bulk.store import Skipped
from dashboard.bulk.views.blueprint import blueprint
from dashboard.channels.cells import formula_safe
from dashboard.orders.store import reader, readers
from dashboard.web.access import requires

AT_ONCE = 2_000
HEADER = ("place", "order", "result", "reason")


@blueprint.get("/<int:run_id>/results.csv")
@requires("orders.read")
def results(run_id: int) -> flask.Response:
    run = store.run(reader(), run_id)
    answer = flask.Response(_lines(readers(), run.id), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="bulk-{run.id}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _lines(connect: Any, run_id: int) -> Iterator[str]:
    """A page of rows at a time, each a short read of its own."""
    yield _line(list(HEADER))
    after = 0
    while True:
        with connect() as connection:
            found = store.rows(connection, run_id, "", after, AT_ONCE)
        yield "".join(_line(_cells(row)) for row in found)
        if len(found) < AT_ONCE:
            return
        after = found[-1].place


def _cells(row: Skipped) -> list[Any]:
    return [row.place, row.number, row.state, formula_safe(row.reason or "")]


def _line(cells: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
