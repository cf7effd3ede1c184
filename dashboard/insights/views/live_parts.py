"""What the live room of the KPIs shows: tiles that changed, and the counts of the order list's views."""

from typing import Any

import flask

from dashboard.insights import board, memory
from dashboard.insights.rules import KPIS
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders.store import counts, reader
from dashboard.web import livepage

EVERY_SECONDS = 5
SHIPPED = ("shipped", "delivered")


@livepage.provider("kpi", every=EVERY_SECONDS)
def changed_tiles(changes: livepage.Changes, actor: Actor) -> livepage.Payload:
    """What could leave now, and every tile; between two looks of the clock the slow windows only when an order was shipped in full."""
    connection, now, key = reader(), clock.now(), changes.room.key
    within = board.by_id(connection, int(key) if key else None)
    remembered = memory.of(flask.current_app)
    all_of_them = any(map(_ships, changes.events)) or remembered.push_is_due(within.key, now)
    keys = [kpi for kpi in KPIS if all_of_them or kpi not in board.SLOW]
    version = livepage.clock_version()
    ready = flask.render_template("insights/_ready.html", ready=board.ready_now(connection, within))
    return livepage.Payload(
        rows=[
            livepage.Row("ready-now", version, ready),
            *(
                livepage.Row(f"tile-{tile.key}", version, flask.render_template("insights/_tile.html", tile=tile))
                for tile in board.tiles(connection, now, within, keys)
            ),
        ],
        facets=counts(connection, now),
    )


def _ships(event: Any) -> bool:
    return event.type == "OrderProgressed" and event.data.get("after", {}).get("fulfilment_status") in SHIPPED
