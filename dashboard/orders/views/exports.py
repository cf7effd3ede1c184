"""/orders/export.csv: exactly the list that is shown, streamed while it is read, a page at a time."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import flask

from dashboard.channels.cells import formula_safe
from dashboard.kernel import clock, units
from dashboard.orders import list_forms, store, words
from dashboard.orders.sight import Sight, shown_name, sight_of
from dashboard.orders.store import ListQuery, Row
from dashboard.orders.views import listed
from dashboard.orders.views.blueprint import blueprint
from dashboard.web import access
from dashboard.web.access import requires

AT_ONCE = 1_000
BOM = "\ufeff"
"""So that a spreadsheet reads the file as UTF-8."""
HEADER = ("number", "channel", "status", "ready", "payment", "fulfilment", "customer", "lines", "items", "total", "currency", "locations",
          "placed_at", "ship_by")  # fmt: skip


@blueprint.get("/export")
@requires("exports.read")
def export_page() -> str:
    """What will be in the file, and its link."""
    connection, actor, now = store.reader(), access.actor(), clock.now()
    form, places = _read(connection, actor, now)
    counted = store.count_up_to(connection, form.query(1, people=sight_of(actor).full), now, store.counts(connection, now))
    return flask.render_template(
        "orders/export.html",
        form=form,
        chips=listed.chips(form, places, listed.assignee_of(connection, form)),
        counted=counted,
        sorted_by=list_forms.SORTS[form.sort],
        file=flask.url_for("orders.export", **form.arguments()),
        back=flask.url_for("orders.index", **form.arguments()),
        columns=[name.replace("_", " ") for name in header_for(sight_of(actor))],
    )


@blueprint.get("/export.csv")
@requires("exports.read")
def export() -> flask.Response:
    """Every order of the list in its order; what the reader may not see is left out."""
    connection, actor, now = store.reader(), access.actor(), clock.now()
    form, _ = _read(connection, actor, now)
    sight = sight_of(actor)
    query = replace(form.query(AT_ONCE, people=sight.full), after=None)
    answer = flask.Response(text_of(store.readers(), query, sight, now), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="orders-{form.view}-{now:%Y-%m-%d}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read(connection: Any, actor: Any, now: dt.datetime) -> tuple[list_forms.ListForm, list[Any]]:
    places, me = store.locations(connection), list_forms.me_of(actor)
    return list_forms.read_list(flask.request.args, now, words.zone_of(places), prices=sight_of(actor).full, me=me), places


def header_for(sight: Sight) -> tuple[str, ...]:
    return HEADER if sight.full else tuple(name for name in HEADER if name not in ("total", "currency"))


def text_of(readers: Any, query: ListQuery, sight: Sight, now: dt.datetime) -> Iterator[str]:
    """The file, a page of the list at a time; each page is a short read of its own, so that a slow download holds nothing."""
    names = header_for(sight)
    yield _line([BOM + names[0], *names[1:]])
    after = query.after
    while True:
        with readers() as connection:
            page = store.page(connection, replace(query, after=after), now, store.counts(connection, now))
        if page.rows:
            yield "".join(_line([formula_safe(cell) for cell in cells_of(row, sight)]) for row in page.rows)
        if page.after is None:
            return
        after = page.after


def cells_of(row: Row, sight: Sight) -> list[Any]:
    """One order in the order of the header."""
    money = [units.decimal_text(row.total, row.currency), row.currency] if sight.full else []
    return [row.number, row.channel, words.badge_of(row.phase, row.work), row.readiness or "", row.payment_status, row.fulfilment_status,
            shown_name(row.customer_name, sight), row.line_count, row.unit_count, *money, " + ".join(row.locations),
            clock.iso(row.placed_at), clock.iso(row.ship_by) or ""]  # fmt: skip


def _line(cells: list[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
