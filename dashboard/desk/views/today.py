"""/: today. My work, what is at risk, exceptions, what changed since I was here; below it the stages and the KPIs."""

import datetime as dt
from types import SimpleNamespace
from typing import Any, NamedTuple

import flask

from dashboard.accounts.roles import reaches_location
from dashboard.desk import store
from dashboard.desk.actions import arrive, catch_up
from dashboard.desk.commands import Arrive
from dashboard.desk.rules import NEW_VISIT
from dashboard.desk.store import Query, due, mine, news
from dashboard.desk.store.counts import oldest
from dashboard.desk.views import words
from dashboard.fulfilment import store as fulfilment
from dashboard.insights import board
from dashboard.insights.rules import KPIS
from dashboard.insights.scoping import choices, room_of, scope_of
from dashboard.insights.store.query import Scope
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Unavailable
from dashboard.orders import words as order_words
from dashboard.orders.rules import HOLD_KINDS
from dashboard.orders.store import counts, locations, reader, refresh
from dashboard.web import access, livepage
from dashboard.web.access import requires
from dashboard.web.htmx import redirect
from dashboard.web.livepage import live_page

blueprint = flask.Blueprint("today", __name__)
STAGES = (
    ("to_release", "To release", "ring", "info"),
    ("picking", "Picking", "half", "info"),
    ("to_pack", "To pack", "square", "info"),
    ("packed", "Packed", "box", "info"),
    ("on_hold", "On hold", "pause", "hold"),
    ("payment_due", "Payment due", "triangle", "warn"),
    ("out_of_stock", "Out of stock", "triangle", "warn"),
)
"""Views of the order list that still need work: key, label, shape, role."""
NOW = ("at_risk", "backlog", "exceptions", "stock_risk")
SHOWN = 5


class Tidings(NamedTuple):
    """How a kind of event is told: one, many, and where it leads."""

    icon: str
    one: str
    many: str
    href: str = ""


TIDINGS = {
    "OrderCaptured": Tidings("cart", "order placed", "orders placed", "/orders"),
    "OrderImported": Tidings("upload", "order imported", "orders imported", "/orders"),
    "ExceptionOpened": Tidings("triangle", "exception opened", "exceptions opened", "/exceptions"),
    "ExceptionResolved": Tidings("check", "exception settled", "exceptions settled", "/exceptions?view=resolved"),
    "ExceptionReopened": Tidings("return", "exception open again", "exceptions open again", "/exceptions"),
    "OrderCancelled": Tidings("ban", "order cancelled", "orders cancelled", "/orders?view=cancelled"),
    "OrderEdited": Tidings("pencil", "order changed", "changes to orders"),
    "HoldPlaced": Tidings("pause", "hold placed", "holds placed", "/orders?view=on_hold"),
    "HoldReleased": Tidings("check", "hold released", "holds released"),
    "NoteAdded": Tidings("message", "comment", "comments"),
    "ParcelShipped": Tidings("truck", "parcel shipped", "parcels shipped", "/orders?view=shipped"),
    "PaymentRecorded": Tidings("card", "payment recorded", "payments recorded"),
    "TransferMoved": Tidings("return", "step of a transfer", "steps of transfers", "/transfers"),
    "CountMoved": Tidings("barcode", "step of a count", "steps of counts", "/counts"),
}
MONEY = frozenset({"PaymentRecorded"})


@blueprint.get("/")
@requires("self")
def index() -> str:
    actor = access.actor()
    _arrive(actor)
    rooms = [f"me:{actor.id}"] if actor.kind == "user" else []
    if not actor.may("kpis.read"):
        live = live_page(*rooms)
        values = {"tiles": {}, "stages": [], "places": [], "within": None, "now_keys": ()}
        return flask.render_template("desk/today.html", live=live, **values, **_desk(actor, None))
    within = scope_of(reader(), actor, flask.request.args)
    refresh()
    live = live_page(room_of(within), *rooms)
    connection, now = reader(), clock.now()
    counted = counts(connection, now)
    return flask.render_template(
        "desk/today.html",
        live=live,
        tiles={tile.key: tile for tile in board.tiles(connection, now, within, (*NOW, *(key for key in KPIS if key not in NOW)))},
        stages=[(*stage, counted.get(stage[0], 0)) for stage in STAGES] if actor.may("orders.read") else [],
        places=choices(connection, actor),
        within=within,
        now_keys=NOW,
        **_desk(actor, within),
    )


@blueprint.get("/today/desk")
@requires("self")
def desk() -> str:
    """The personal panels, afresh."""
    actor = access.actor()
    live = live_page(f"me:{actor.id}") if actor.kind == "user" else None
    within = scope_of(reader(), actor, flask.request.args) if actor.may("kpis.read") else None
    return flask.render_template("desk/_today.html", live=live, **_desk(actor, within))


@blueprint.post("/today/seen")
@requires("self")
def see() -> Any:
    """What changed is read: from now on only what comes after it is news."""
    actor, seq = access.actor(), flask.request.form.get("seq", type=int)
    if actor.kind == "user" and seq is not None and 0 <= seq < 2**62:
        db.write(catch_up, Arrive(int(actor.id), min(seq, db.snapshot().seq)), actor, clock.now())
    return redirect(flask.url_for("today.index"))


def _arrive(actor: Actor) -> None:
    """Keep that this person is here, once per visit and while it lasts every few minutes; a page is shown even if that cannot be."""
    if actor.kind != "user":
        return
    visit, now = mine.visit_of(reader(), int(actor.id)), clock.now()
    if visit is None or now - visit.seen_at > NEW_VISIT / 2:
        try:
            db.write(arrive, Arrive(int(actor.id), db.snapshot().seq), actor, now)
        except Unavailable:
            pass
    refresh()


def _desk(actor: Actor, within: Scope | None) -> dict[str, Any]:
    """The personal panels: my work, at risk, exceptions, news."""
    now = clock.now()
    may_see = actor.may("orders.read")
    return {
        "part_v": livepage.clock_version(),
        "part_href": flask.url_for("today.desk", location=within.location.code if within and within.location else None),
        "mine": _mine(actor) if actor.kind == "user" else None,
        "due": _due(within, now) if within and may_see else None,
        "queue": _queue() if may_see else None,
        "news": _news(actor) if actor.kind == "user" and may_see else None,
        "hold_kinds": HOLD_KINDS,
        "may_take": actor.may("orders.update"),
        "may_pick": actor.may("work.read"),
        "asked_at": now,
    }


FLOOR = (("released", "to pick", "target", "/pick"), ("picked", "to pack", "dot", "/pack"), ("packed", "to ship", "box", "/pack"))
"""Work of the locations by its status: what is to be done, its shape, where."""


def _floor(connection: Any, actor: Actor) -> list[tuple[str, str, str]]:
    """(words, shape, address) of what waits for a picker and packer at their locations, or of money for who takes it; for those who
    run all of it the figures below say so."""
    if actor.may("orders.update"):
        return []
    if not actor.may("work.write"):
        due = counts(connection, clock.now()).get("payment_due", 0) if actor.may("payments.capture") else 0
        said = "1 order waits for its payment" if due == 1 else f"{due} orders wait for their payment"
        return [(said, "card", "/orders?view=payment_due")] if due else []
    places = {place.id for place in locations(connection) if reaches_location(actor, place.code)}
    waiting = fulfilment.counts(connection, [status for status, *_ in FLOOR])
    found = []
    for status, words_, shape, path in FLOOR:
        count = sum(units for (place, kind), units in waiting.items() if kind == status and place in places)
        if count:
            found.append((f"{count} {'shipment' if count == 1 else 'shipments'} {words_}", shape, f"{path}?status={status}"))
    return found


def _mine(actor: Actor) -> SimpleNamespace:
    connection, user_id = reader(), int(actor.id)
    own = store.page(connection, Query("mine", user_id=user_id, limit=SHOWN)).rows if actor.may("orders.read") else []
    held, held_count = mine.held_by(connection, actor.name) if actor.may("holds.write") else ([], 0)
    given, given_count = mine.orders_of(connection, user_id) if actor.may("orders.read") else ([], 0)
    found = SimpleNamespace(
        user_id=user_id,
        orders=[(one, order_words.badge_of(one.phase, None)) for one in given],
        order_count=given_count,
        floor=_floor(connection, actor),
        mentions=mine.mentions_of(connection, user_id) if actor.may("orders.read") else [],
        exceptions=[words.row_view(row) for row in own],
        exception_count=store.counts(connection).owners.get(user_id, 0) if own else 0,
        held=held,
        held_count=held_count,
        drafts=mine.drafts_of(connection, actor.name) if actor.may("orders.create") else [],
        counts=mine.counts_of(connection, actor.ref) if actor.may("stock.read") else [],
        purchases=mine.purchase_drafts_of(connection, actor.name) if actor.may("purchasing.write") else [],
    )
    found.is_empty = not (found.floor or given or found.mentions or own or held or found.drafts or found.counts or found.purchases)
    return found


def _due(within: Scope, now: dt.datetime) -> list[SimpleNamespace]:
    """Per location: orders that must leave by its next cut-off, the soonest cut-off first."""
    cutoffs = {place.id: place.calendar.next_cutoff(now) for place in within.places}
    counted = due.due_by(reader(), cutoffs, now)
    found = []
    for place in within.places:
        cutoff, here = cutoffs[place.id], counted.get(place.id, due.Due(0, 0))
        found.append(SimpleNamespace(place=place, cutoff=cutoff, count=here.count, overdue=here.overdue, left=_span(cutoff - now)))
    return sorted(found, key=lambda one: (one.cutoff, one.place.name))


def _span(left: dt.timedelta) -> str:
    minutes = max(0, int(left.total_seconds() // 60))
    if minutes >= 48 * 60:
        return f"{minutes // 1440} days"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _queue() -> SimpleNamespace:
    connection = reader()
    counted = store.counts(connection)
    rows = store.page(connection, Query("open", limit=SHOWN)).rows
    return SimpleNamespace(
        count=counted.open,
        nobodys=counted.owners.get(None, 0),
        oldest=oldest(connection),
        rows=[words.row_view(row) for row in rows],
    )


def _news(actor: Actor) -> SimpleNamespace | None:
    visit = mine.visit_of(reader(), int(actor.id))
    if visit is None:
        return None
    types = tuple(type_ for type_ in TIDINGS if type_ not in MONEY or actor.may("orders.prices"))
    position = db.snapshot()
    found = news.since(reader(), visit.since_seq, position.seq, actor.ref, types)
    told = [(TIDINGS[one.type], one) for one in found.news]
    return SimpleNamespace(since=visit.since_at, seq=position.seq, is_cut=found.is_cut, told=told)
