"""What the words of a list query mean in SQL, each by an allow-list: a clause is a test, the columns it reads, the index it may use."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from dashboard.inventory.model import Allocation, Location
from dashboard.orders.label_model import OrderAssignee, OrderTag
from dashboard.orders.model import COMMON_PAYMENTS, Order, OrderHold
from dashboard.orders.rules import PHASES, WORK_PHASE
from dashboard.orders.words import AT_RISK_WITHIN

Columns = Callable[[str], Any]
"""Column by name: of the table itself, or of a part of it that was read first."""
AFTER_WORK = frozenset({"cancelled", "disputed", "in_transit", "delivery_problem", "delivered", "return_open", "completed"})
LEFT = tuple(sorted(AFTER_WORK))
"""In the order of the index that lists what has left a location: SQLite uses it for the very same words only."""
OPEN_FULFILMENT = frozenset(
    "unfulfilled backordered partially_allocated allocated released picking picked packing packed partially_shipped".split()
)
SHIPPED_PHASES = ("in_transit", "delivery_problem", "disputed")

VIEWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "all": {},
    "open": {"status": ("open",)},
    "to_release": {"phase": ("to_pick",), "work": ("allocated",)},
    "picking": {"phase": ("to_pick",), "work": ("released", "picking")},
    "to_pack": {"phase": ("to_pack",)},
    "packed": {"phase": ("to_ship",)},
    "on_hold": {"phase": ("on_hold",)},
    "payment_due": {"phase": ("payment_due",)},
    "out_of_stock": {"phase": ("out_of_stock",)},
    "shipped": {"phase": ("in_transit", "delivery_problem")},
    "delivered": {"phase": ("delivered", "return_open", "completed")},
    "cancelled": {"phase": ("cancelled",)},
}
"""View -> column -> values: the same sets as rules.views_of counts."""


class Clause(NamedTuple):
    """One condition on orders.

    test: the condition over these columns. reads: columns of orders it looks at; "*" for a look into another table. index: where its
    rows stand together, "" for none. is_open: only open orders pass. phases: only these pass, none for any. equal: (column, value).
    """

    test: Callable[[Columns], Any]
    reads: frozenset[str]
    index: str = ""
    is_open: bool = False
    phases: tuple[str, ...] = ()
    equal: tuple[str, str] | None = None


def literal(text: str) -> Any:
    """A word written into the SQL itself: a partial index is only used for a constant."""
    return sa.literal(text, literal_execute=True)


def words(texts: tuple[str, ...]) -> list[Any]:
    return [literal(text) for text in texts]


OPEN = Clause(lambda at: at("status") == literal("open"), frozenset({"status"}), "open", is_open=True)


def clauses(view_name: str, filters: Mapping[str, Any], now: dt.datetime) -> list[Clause]:
    """Everything a query asks of an order. filters: names of FILTERS and RANGES to values."""
    found = view(view_name, now)
    found += [FILTERS[name](value) for name, value in filters.items() if name in FILTERS]
    for column, (low, high, index) in RANGES.items():
        if low in filters or high in filters:
            found.append(_between(column, filters.get(low), filters.get(high), index))
    return found


def view(name: str, now: dt.datetime) -> list[Clause]:
    """The rows of a view."""
    if name == "at_risk":
        return [OPEN, _between("ship_by", None, now + AT_RISK_WITHIN, "ship_by", closed=True)]
    if name == "open":
        return [OPEN]
    wanted = VIEWS[name]
    return [in_phases(wanted["phase"], wanted.get("work", ()))] if wanted else []


def in_phases(phases: tuple[str, ...], works: tuple[str, ...] = ()) -> Clause:
    """Orders that wait for one of these, at one of these stages of the work (of any, without)."""

    def test(at: Columns) -> Any:
        found = [at("phase").in_(words(phases))]
        if works:
            found.append(at("work").in_(words(works)))
        return sa.and_(*found)

    reads = frozenset({"phase", "work"} if works else {"phase"})
    return Clause(test, reads, "phase", AFTER_WORK.isdisjoint(phases), phases)


def _equal(column: str, value: str, index: str = "") -> Clause:
    return Clause(lambda at: at(column) == value, frozenset({column}), index, equal=(column, value))


def _status(badge: str) -> Clause:
    """What the status column of the list says: a phase, or the stage of the work while that is what an order waits for."""
    return in_phases((badge,)) if badge in PHASES else in_phases((WORK_PHASE[badge],), (badge,))


def _payment(status: str) -> Clause:
    if status in COMMON_PAYMENTS:
        return _equal("payment_status", status)
    rare = lambda at: sa.and_(at("payment_status") == literal(status), at("payment_status").not_in(words(COMMON_PAYMENTS)))  # noqa: E731
    return Clause(rare, frozenset({"payment_status"}), "payment_status", equal=("payment_status", status))


def _fulfilment(status: str) -> Clause:
    same = _equal("fulfilment_status", status)
    if status in OPEN_FULFILMENT:
        return same._replace(is_open=True)
    phases = {"shipped": SHIPPED_PHASES, "cancelled": ("cancelled",)}.get(status, ())
    if not phases:
        return same
    within = in_phases(phases)
    return Clause(lambda at: sa.and_(within.test(at), same.test(at)), same.reads | within.reads, "phase", phases=phases)


def _ready(readiness: str) -> Clause:
    """Only an open order has a readiness."""
    return _equal("readiness", readiness)._replace(is_open=True)


def _promise(moved: str) -> Clause:
    """Open orders whose promise is another day than the customer was told: later, earlier, or moved, which is either."""

    def test(at: Columns) -> Any:
        return at("promise_moved").is_not(None) if moved == "moved" else at("promise_moved") == literal(moved)

    return Clause(test, frozenset({"promise_moved"}), "promise_moved", is_open=True)


def _overdue(now: dt.datetime) -> Clause:
    """Open and past its ship-by."""
    late = _between("ship_by", None, now, "ship_by")
    return Clause(lambda at: sa.and_(OPEN.test(at), late.test(at)), OPEN.reads | late.reads, "open", is_open=True)


def _on_hold(kind: str) -> Clause:
    held = sa.select(OrderHold.order_id).where(OrderHold.released_at.is_(None))
    held = held if kind == "any" else held.where(OrderHold.kind == kind)
    return Clause(lambda at: at("id").in_(held), frozenset({"*"}), "hold")


def _tagged(tag: str) -> Clause:
    found = sa.select(OrderTag.order_id).where(OrderTag.tag == " ".join(tag.lower().split()))
    return Clause(lambda at: at("id").in_(found), frozenset({"*"}), "tag")


def _assigned(user_id: int | None) -> Clause:
    """None: orders that are everybody's."""
    if user_id is None:
        given = sa.select(1).select_from(OrderAssignee)
        nobody = lambda at: ~given.where(OrderAssignee.order_id == at("id")).correlate_except(OrderAssignee).exists()  # noqa: E731
        return Clause(nobody, frozenset({"*"}))
    found = sa.select(OrderAssignee.order_id).where(OrderAssignee.user_id == user_id)
    return Clause(lambda at: at("id").in_(found), frozenset({"*"}), "assignee")


def _at_location(code: str) -> Clause:
    def test(at: Columns) -> Any:
        taken = sa.select(1).select_from(Allocation).join(Location, Location.id == Allocation.location_id)
        return taken.where(Allocation.order_id == at("id"), Location.code == code).correlate_except(Allocation, Location).exists()

    return Clause(test, frozenset({"*"}))


def _between(column: str, low: Any, high: Any, index: str, *, closed: bool = False) -> Clause:
    """low <= column < high; either may be None. closed: high belongs to it."""

    def test(at: Columns) -> Any:
        above = [] if low is None else [at(column) >= low]
        below = [] if high is None else [at(column) <= high if closed else at(column) < high]
        return sa.and_(*above, *below)

    return Clause(test, frozenset({column}), index)


FILTERS: Mapping[str, Callable[[Any], Clause]] = {
    "channel": lambda value: _equal("channel", value, "channel"),
    "status": _status,
    "payment_status": _payment,
    "fulfilment_status": _fulfilment,
    "readiness": _ready,
    "promise": _promise,
    "overdue": _overdue,
    "hold": _on_hold,
    "tag": _tagged,
    "assignee": _assigned,
    "location": _at_location,
    "country": lambda value: _equal("ship_country", value, "ship_country"),
    "currency": lambda value: _equal("currency", value),
}
RANGES: Mapping[str, tuple[str, str, str]] = {
    "placed_at": ("placed_from", "placed_to", "placed_at"),
    "ship_by": ("due_from", "due_to", "ship_by"),
    "total": ("total_from", "total_to", "total"),
    "unit_count": ("items_from", "items_to", "unit_count"),
}
"""Column -> the filters for its lower and upper bound (below which it stays), and the index it stands in."""


def table(name: str) -> Any:
    """Columns of the table itself."""
    return getattr(Order, name)


def unindexed(name: str) -> Any:
    """SQLite: the column of the table, but no reason to choose an index."""
    return UnaryExpression(table(name), operator=custom_op("+"), type_=table(name).type)
