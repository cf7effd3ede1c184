"""Which orders a page of the list shows, found without ever reading more than a bounded part of them.

A short walk along the index of the sort fills most pages. Where it does not, the smallest set that one of the clauses stands for is
read whole and sorted, if it is small enough; else the walk goes on to the end of its budget and says where it stopped.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.orders.model import Order
from dashboard.orders.store.arranging import FEW, arranged, behind, is_among
from dashboard.orders.store.conditions import OPEN, Clause, table, unindexed
from dashboard.orders.store.indexes import HELD, SORTED_BY, walk_by
from dashboard.orders.store.sorts import Cursor, Key, Segment, Sort, null_rule, segments

FIRST = 2_000
BUDGET = 100_000
"""Index entries a query may look at; a look into the table, or into another one, counts as LOOKUP of them."""
LOOKUP = 5
NEWEST = 2_000
"""Of so many orders a sort is made that no index keeps, when the list has more than can be read whole."""
NEWEST_FIRST = Sort("placed_at")
COUNTED = {
    "to_pick": ("to_release", "picking"),
    "to_pack": ("to_pack",),
    "to_ship": ("packed",),
    "on_hold": ("on_hold",),
    "payment_due": ("payment_due",),
    "out_of_stock": ("out_of_stock",),
    "in_transit": ("shipped",),
    "delivery_problem": ("shipped",),
    "delivered": ("delivered",),
    "return_open": ("delivered",),
    "completed": ("delivered",),
    "cancelled": ("cancelled",),
}
"""Phase -> the counted views its orders are in."""


class Found(NamedTuple):
    """keys: in order. stopped: where the search for more ended before the list did, None when it did not. looked: orders looked at.

    newest: how many newest orders the sorted ones were taken from; 0 where nothing was left out.
    """

    keys: list[Key]
    stopped: Cursor | None = None
    looked: int = 0
    newest: int = 0


class Ask(NamedTuple):
    """What is wanted of one segment."""

    sort: Sort
    segment: Segment
    clauses: Sequence[Clause]
    after: Cursor | None
    wanted: int


def listed(
    connection: sa.Connection,
    sort: Sort,
    clauses: Sequence[Clause],
    counts: Mapping[str, int],
    *,
    descending: bool,
    after: Cursor | None,
    wanted: int,
) -> Found:
    """At most `wanted` orders of these clauses, in the order of the sort."""
    source, size = smallest(connection, clauses, sort.column, counts) if sort.group else (None, 0)
    if source is not None and size <= FEW:
        few = arranged(connection, _tests(source, clauses, connection.dialect.name), sort, descending=descending)
        return Found(list(behind(few, after, descending=False)[:wanted]))
    if sort.column not in (*SORTED_BY, "id"):
        return _unwalked(connection, sort, clauses, counts, descending=descending, after=after, wanted=wanted)
    keys: list[Key] = []
    for segment in segments(sort, descending=descending):
        if (after and segment.place < after.place) or _excluded(segment, clauses):
            continue
        here = after if after and segment.place == after.place else None
        ask = Ask(sort, segment, [*clauses, *segment.clauses], here, wanted - len(keys))
        found = _segment(connection, ask, counts)
        keys += found.keys
        if found.stopped is not None or len(keys) >= wanted:
            return Found(keys, found.stopped, found.looked)
    return Found(keys)


def _unwalked(
    connection: sa.Connection,
    sort: Sort,
    clauses: Sequence[Clause],
    counts: Mapping[str, int],
    *,
    descending: bool,
    after: Cursor | None,
    wanted: int,
) -> Found:
    """A sort that no index keeps: of a set that can be read whole, or of the newest orders."""
    (segment,) = segments(sort, descending=descending)
    ask = Ask(sort, segment, clauses, after, wanted)
    source, _ = smallest(connection, clauses, sort.column, counts)
    if source is not None:
        return _keys(connection, whole(ask, source, connection.dialect.name), ask)
    newest = Segment(0, "placed_at", True, (), False)
    near = _walked(connection, Ask(NEWEST_FIRST, newest, clauses, None, NEWEST), BUDGET)
    among = Clause(lambda _: is_among(connection, [key.id for key in near.keys]), frozenset())
    found = _keys(connection, whole(ask._replace(clauses=()), among, connection.dialect.name), ask)
    cut = len(near.keys) == NEWEST or near.stopped is not None
    return found._replace(newest=len(near.keys) if cut else 0)


def _excluded(segment: Segment, clauses: Sequence[Clause]) -> bool:
    wanted = [set(clause.phases) for clause in segment.clauses if clause.phases]
    return any(phases.isdisjoint(clause.phases) for phases in wanted for clause in clauses if clause.phases)


def _segment(connection: sa.Connection, ask: Ask, counts: Mapping[str, int]) -> Found:
    page, edge, _ = walk(ask, FIRST, connection.dialect.name)
    found = _keys(connection, page, ask)
    if edge is None or len(found.keys) >= ask.wanted:
        return found
    if ask.after and connection.execute(edge).first() is None:  # the list ends here; asked only where that is likely
        return found
    source, _ = smallest(connection, ask.clauses, ask.segment.column, counts)
    if source is not None:
        return _keys(connection, whole(ask, source, connection.dialect.name), ask)
    return _walked(connection, ask, BUDGET)


def _keys(connection: sa.Connection, statement: sa.Select[Any], ask: Ask) -> Found:
    return Found([Key(id_, value, ask.segment.place) for id_, value in connection.execute(statement)])


def _walked(connection: sa.Connection, ask: Ask, budget: int) -> Found:
    page, edge, window = walk(ask, budget, connection.dialect.name)
    found = _keys(connection, page, ask)
    if edge is None or len(found.keys) >= ask.wanted:
        return found
    last = connection.execute(edge).first()
    return found if last is None else found._replace(stopped=Cursor(ask.segment.place, last.key, last.id), looked=window)


def walk(ask: Ask, budget: int, dialect: str) -> tuple[sa.Select[Any], sa.Select[Any] | None, int]:
    """(the orders within a window of the sort's index, what finds the last one looked at, the window's size)."""
    column = ask.segment.column
    path = walk_by(column, ask.clauses)
    inside = [*path.within, *(clause for clause in ask.clauses if clause.reads == {column} and clause not in path.within)]
    rest = [clause for clause in ask.clauses if clause not in inside]
    reads = frozenset().union(*(clause.reads for clause in rest))
    turn = sa.desc if ask.segment.descending else sa.asc
    order = [turn(Order.id)] if column == "id" else [turn(_raw(table(column))), turn(Order.id)]
    wanted = [*(clause.test(table) for clause in inside), *null_rule(ask.segment, ask.sort, table), *_after(ask, table)]
    inner = sa.select(Order.id, _raw(table(column)).label("key")).where(*wanted).order_by(*order)
    if not rest:
        return inner.limit(ask.wanted), None, 0
    window = budget if reads <= path.holds else budget // LOOKUP
    near = inner.add_columns(*(table(name) for name in sorted(reads - {"id", "*"}))).limit(window).subquery()
    page = sa.select(near.c.id, near.c.key).where(*(clause.test(near.c.__getitem__) for clause in rest))
    if dialect != "sqlite":  # knows that its rows come sorted; SQLite keeps their order, but would sort them all again
        page = page.order_by(*([turn(near.c.id)] if column == "id" else [turn(near.c.key), turn(near.c.id)]))
    return page.limit(ask.wanted), inner.offset(window - 1).limit(1), window


def whole(ask: Ask, source: Clause, dialect: str) -> sa.Select[Any]:
    """Every order of the source that passes the other clauses, sorted."""
    at = unindexed if dialect == "sqlite" else table
    wanted = [*_tests(source, ask.clauses, dialect), *null_rule(ask.segment, ask.sort, at), *_after(ask, at)]
    found = sa.select(Order.id, _raw(table(ask.segment.column)).label("key")).where(*wanted).offset(0).subquery()
    turn = sa.desc if ask.segment.descending else sa.asc
    return sa.select(found.c.id, found.c.key).order_by(turn(found.c.key), turn(found.c.id)).limit(ask.wanted)


def _tests(source: Clause, clauses: Sequence[Clause], dialect: str) -> list[Any]:
    """All of the clauses, the source alone by its index."""
    at = unindexed if dialect == "sqlite" else table
    return [source.test(table), *(clause.test(at) for clause in clauses if clause is not source)]


def smallest(
    connection: sa.Connection, clauses: Sequence[Clause], column: str, counts: Mapping[str, int]
) -> tuple[Clause | None, int]:
    """(the clause whose orders are the cheapest to read whole, how many they are); None when none of them is within the budget."""
    sources = [clause for clause in clauses if clause.index]
    if any(clause.is_open for clause in clauses) and OPEN not in sources:
        sources.append(OPEN)
    reads = frozenset().union(*(clause.reads for clause in clauses)) | {column, "id"}
    prices = [1 if reads <= HELD.get(clause.index, frozenset()) else LOOKUP for clause in sources]
    sizes = _sizes(connection, sources, prices, counts)
    costs = [
        (size * price, place) for place, (size, price) in enumerate(zip(sizes, prices, strict=True)) if size * price <= BUDGET
    ]
    if not costs:
        return None, 0
    _, place = min(costs)
    return sources[place], sizes[place]


def _sizes(connection: sa.Connection, sources: Sequence[Clause], prices: Sequence[int], counts: Mapping[str, int]) -> list[int]:
    """How many orders each has: as counted for the views, else counted up to where they are too many."""
    known = [_counted(clause, counts) for clause in sources]
    asked = [place for place, size in enumerate(known) if size is None]
    if asked:
        probes = []
        for place in asked:
            some = sa.select(sa.literal(1)).select_from(Order).where(sources[place].test(table))
            few = some.limit(BUDGET // prices[place] + 1).subquery()
            probes.append(sa.select(sa.func.count()).select_from(few).scalar_subquery())
        for place, size in zip(asked, connection.execute(sa.select(*probes)).one(), strict=True):
            known[place] = size
    return [size or 0 for size in known]


def _counted(clause: Clause, counts: Mapping[str, int]) -> int | None:
    if clause is OPEN:
        return counts.get("open", 0)
    if clause.phases and all(phase in COUNTED for phase in clause.phases):
        return sum(counts.get(view, 0) for view in {view for phase in clause.phases for view in COUNTED[phase]})
    return None


def _after(ask: Ask, at: Any) -> list[Any]:
    if ask.after is None:
        return []
    value, last = ask.after.value, ask.after.id
    id_, descending = at("id"), ask.segment.descending
    if value is None or ask.segment.column == "id":
        return [id_ < last if descending else id_ > last]
    here = sa.tuple_(_raw(at(ask.segment.column)), id_)
    there = sa.tuple_(sa.literal(value, sa.String if isinstance(value, str) else sa.BigInteger), sa.literal(last, sa.BigInteger))
    return [here < there if descending else here > there]


def _raw(column: Any) -> Any:
    """Instants as the numbers they are stored as."""
    return column if isinstance(column.type, sa.String) else sa.type_coerce(column, sa.BigInteger)
