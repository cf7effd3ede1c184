"""Pages that go live: which rooms a screen may join, and who renders what changed in them.

A view that goes live calls `live_page` before it reads its rows and hands the result to its template as `live`:

    live = livepage.live_page("orders", "stock")
    rows = store.orders_of(...)
    return flask.render_template("orders/index.html", live=live, rows=rows)

A slice renders what changed by registering a provider (in its views, so that it is imported by the wiring):

    @livepage.provider("orders")
    def changed_orders(changes: livepage.Changes, actor: Actor) -> livepage.Payload:
        if changes.brief:  # many at once: say which, do not render
            return livepage.Payload(ids=[livepage.Id(f"order-{row.id}", row.version) for row in ...])
        rows = store.rows(changes.orders)
        return livepage.Payload(
            rows=[livepage.Row(f"order-{row.id}", row.version, flask.render_template("orders/_row.html", row=row)) for row in rows],
            facets=store.facet_counts(),
        )

It runs outside any request of a person, in one read transaction that sees every event it is told about, once per room however
many screens are in it. `actor` stands for the weakest member of the room: what it may not see must not be in the HTML, nor may a
CSRF token. Versions (`v`) rise with every change of the part; what depends on the clock takes `clock_version()`.
Rooms: orders, stock, kpi, imports, work, and per entity order:{id}, sku:{id}, t:{order_id}. `orders` and `order:{id}` exist
twice, as :full and :plain (without prices and e-mail); register for both with the plain kind, and look at the actor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import flask
from itsdangerous import BadSignature, URLSafeTimedSerializer

from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.outbox import Recorded
from dashboard.web import access
from dashboard.web.rooms import NEEDS, Room, may_join, parse, room_for, weakest

LONGEST_HOURS = 24


class Row(NamedTuple):
    """A part: element id, version, and HTML with one root element of that id."""

    k: str
    v: int
    html: str


class Cell(NamedTuple):
    """Numbers of an element: {field: value} for its children marked data-n=field."""

    k: str
    v: int
    n: Mapping[str, Any]


class Id(NamedTuple):
    """An element that changed and was not rendered."""

    k: str
    v: int


@dataclass(frozen=True)
class Changes:
    """What happened in a room since its last batch.

    orders: ids; stock: (sku_id, location_id) pairs; events: everything that was pushed to the room, oldest first (empty when the
    clock asks); brief: too much to render, fill `ids` only.
    """

    room: Room
    orders: frozenset[int] = frozenset()
    stock: frozenset[tuple[int, int]] = frozenset()
    events: tuple[Recorded, ...] = ()
    brief: bool = False


@dataclass
class Payload:
    """What the screens of a room must show. gone: element ids to take away; facets: {view: count, or a word}."""

    rows: list[Row] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    ids: list[Id] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    facets: dict[str, int | str] = field(default_factory=dict)

    def add(self, other: "Payload") -> None:
        for name in ("rows", "cells", "ids", "gone"):
            getattr(self, name).extend(getattr(other, name))
        self.facets.update(other.facets)


class Standing(NamedTuple):
    """An actor as of now. `stamp` changes when their sessions are revoked (any short text that is safe to show them)."""

    actor: Actor
    stamp: str = ""


class Screen(NamedTuple):
    """What a page was given: who looks at it (`user:3`, or the session they do so in), at which rooms."""

    ref: str
    stamp: str
    rooms: tuple[Room, ...]


class Live(NamedTuple):
    """Template variable `live`: the signed screen, and where the log stood when the page was read."""

    screen: str
    epoch: str
    seq: int


Provider = Callable[[Changes, Actor], Payload]
Resolver = Callable[[str], Standing | None]
_providers: dict[str, list[Provider]] = {}
_intervals: dict[str, float] = {}
_resolvers: dict[str, Resolver] = {}
_everywhere: list[str] = []


def provider(*kinds: str, every: float | None = None) -> Callable[[Provider], Provider]:
    """Register the function for these kinds of room (`orders`, or one class only: `orders:full`).

    Args: every: seconds after which it is asked even when nothing happened (what ages with the clock).
    """

    def add(function: Provider) -> Provider:
        for kind in kinds:
            if kind.partition(":")[0] not in NEEDS:
                raise ValueError(f"no room of kind {kind!r}; there are {sorted(NEEDS)}")
            registered = _providers.setdefault(kind, [])
            if function not in registered:
                registered.append(function)
            if every:
                _intervals[kind.partition(":")[0]] = every
        return function

    return add


def resolver(kind: str) -> Callable[[Resolver], Resolver]:
    """Register how an actor of this kind is looked up again by id: the Standing of now, or None once disabled or revoked.

    Asked when a page goes live, when its socket connects, and every few seconds while it is open.
    """

    def add(function: Resolver) -> Resolver:
        _resolvers[kind] = function
        return function

    return add


def on_every_page(room: str) -> None:
    """Let every page that goes live follow this room too: what its frame shows."""
    if room not in _everywhere:
        _everywhere.append(room)


def live_page(*rooms: str, actor: Actor | None = None) -> Live:
    """Let this page follow the rooms; call it before reading what the page shows.

    Rooms are named without class (`orders`, `order:17`); those that the actor may not see are left out. `actor` is who asks
    unless given (a tracking page gives Actor("customer", str(order_id), ...)). The answer carries X-Live-Epoch and X-Live-Seq.
    """
    position = db.snapshot()
    flask.g.live_position = position
    who = actor or access.actor()
    seat = who.ref if actor else flask.g.get("seat", who.ref)  # a person's screen ends with their session
    standing = standing_of(seat)
    named = dict.fromkeys((*rooms, *_everywhere))
    joined = [room for room in (room_for(name, who) for name in named) if may_join(who, room)]
    screen = _signer().dumps([seat, standing.stamp if standing else "", [room.name for room in joined]])
    return Live(str(screen), position.epoch, position.seq)


def open_screen(token: str) -> tuple[Screen, Actor] | None:
    """Who holds this signed screen, if it is ours, younger than a day, and they may still look at all of its rooms."""
    try:
        ref, stamp, names = _signer().loads(token, max_age=LONGEST_HOURS * 3600)
    except (BadSignature, ValueError, TypeError):
        return None
    screen = Screen(ref, stamp, tuple(map(parse, names)))
    actor = holder(screen)
    return (screen, actor) if actor else None


def holder(screen: Screen) -> Actor | None:
    """The screen's actor as of now; None once they are disabled, signed out everywhere, or lost the right to a room."""
    standing = standing_of(screen.ref)
    if standing is None or standing.stamp != screen.stamp:
        return None
    return standing.actor if all(may_join(standing.actor, room) for room in screen.rooms) else None


def standing_of(ref: str) -> Standing | None:
    kind, _, actor_id = ref.partition(":")
    find = _resolvers.get(kind)
    return find(actor_id) if find else None


def payload_for(changes: Changes) -> Payload:
    """Ask every provider of the room, for its weakest member."""
    room, total = changes.room, Payload()
    who = weakest(room)
    with access.acting_as(who):
        for function in _of(room):
            total.add(function(changes, who))
    return total


def interval_of(room: Room) -> float | None:
    """Seconds after which the room is recomputed though nothing happened; None for never."""
    return _intervals.get(room.kind)


def clock_version() -> int:
    """A version for parts that change with the clock: milliseconds since 1970."""
    return clock.micros(clock.now()) // 1000


def _of(room: Room) -> list[Provider]:
    found = list(_providers.get(room.kind, ()))
    if room.variant:
        found += _providers.get(f"{room.kind}:{room.variant}", ())
    return found


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(flask.current_app.config["SECRET_KEY"], salt="live-screen")


def init_app(app: flask.Flask) -> None:
    @app.context_processor
    def not_live() -> dict[str, Any]:
        return {"live": None}

    @app.after_request
    def say_position(response: flask.Response) -> flask.Response:
        if "live_position" in flask.g:
            response.headers["X-Live-Epoch"] = flask.g.live_position.epoch
            response.headers["X-Live-Seq"] = str(flask.g.live_position.seq)
        return response
