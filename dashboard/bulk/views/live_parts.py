"""What screens hear of bulk actions: the chip of every page, the bar of a run that is shown, and word to its page when it ends."""

import flask

from dashboard.bulk import store
from dashboard.bulk.views.chip import chip_of
from dashboard.bulk.views.shown import shown
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.web import livepage
from dashboard.web.livepage import Changes, Id, Payload, Row


@livepage.provider("bulk")
def changed_runs(changes: Changes, _actor: Actor) -> Payload:
    moved = {int(event.id): event.seq for event in changes.events}
    connection = reader()
    runs = store.by_ids(connection, sorted(moved))
    chip = chip_of(store.active(connection) or runs[-1:])
    seen = max(moved.values(), default=0)
    rows = [Row("bulk-chip", seen, flask.render_template("bulk/_chip.html", chip=chip, seen=seen))]
    for run in runs:
        told = shown(connection, run)
        rows.append(Row(f"bulk-bar-{run.id}", run.version, flask.render_template("bulk/_bar.html", run=told)))
    return Payload(rows=rows, ids=[Id(f"bulk-run-{run.id}", run.version) for run in runs if run.status in ("done", "stopped")])
