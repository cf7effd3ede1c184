"""What the live rooms of bins show when something changed: figures of a list, contents and movements of one; forms are refetched."""

import flask

from dashboard.inventory import store
from dashboard.inventory.store import bins as read
from dashboard.inventory.views import putting
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import NotFound
from dashboard.orders.store import reader
from dashboard.web import livepage
from dashboard.web.livepage import Cell, Changes, Id, Payload, Row

AT_ONCE = 100


@livepage.provider("bins")
def changed_bins(changes: Changes, _actor: Actor) -> Payload:
    """How much lies in the bins that moved; what lies in no bin, new bins and changed ones are refetched."""
    now = livepage.clock_version()
    moved = {bin_[0] for event in changes.events for bin_ in event.data.get("bins", ())}
    if changes.brief or len(moved) > AT_ONCE or any(event.entity == "bin" for event in changes.events):
        return Payload(ids=[Id("bins", now), Id("bins-loose", now)])
    rows = read.by_codes(reader(), store.location(changes.room.key).id, moved)
    cells = [Cell(f"bin-{row.id}", now, {"skus": row.skus, "units": row.units}) for row in rows]
    return Payload(cells=cells, ids=[Id("bins-loose", now)])


@livepage.provider("bin")
def changed_bin(changes: Changes, _actor: Actor) -> Payload:
    """What lies in one bin and how it came there."""
    location, _, code = changes.room.key.partition("/")
    try:
        place = store.location(location)
        bin_ = read.bin_(reader(), place.id, code)
    except NotFound:
        return Payload()
    values = {**putting.moved(reader(), place, bin_), "contents": read.contents(reader(), bin_.id)}
    rows = [
        Row(f"bin-{part}-{bin_.id}", values["seen_at"], flask.render_template(f"inventory/_bin_{part}.html", **values))
        for part in ("contents", "movements")
    ]
    return Payload(rows=rows, ids=[Id("bin-page", values["seen_at"])])
