"""I11, I12: the event log holds one row per change, only legal moves, and folds to what is stored; its seal verifies."""

import functools
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from dashboard.check.condition import by_sql, by_walk
from dashboard.counts.rules import COUNT
from dashboard.drafts.rules import DRAFT
from dashboard.fulfilment.rules import PARCEL, WORK
from dashboard.kernel import seal
from dashboard.kernel.states import StateTable
from dashboard.orders.rules import STATUS
from dashboard.returns.rules import RETURN

MOVES: dict[str, tuple[StateTable, str, str]] = {
    "WorkMoved": (WORK, "fulfilment_order", "allocated"),
    "ParcelMoved": (PARCEL, "parcel", "handed_over"),
    "ReturnMoved": (RETURN, "return_", ""),
    "CountMoved": (COUNT, "stock_count", "open"),
    "DraftMoved": (DRAFT, "order_draft", ""),
}
"""Event -> (legal moves, table, status before the first). A status that stays is no move."""
HEADLINES = ("status", "fulfilment_status", "payment_status", "phase", "readiness")
_STEPS = "SELECT type, entity_id, version, data FROM event WHERE type IN ({}) ORDER BY id".format(
    ", ".join(f"'{name}'" for name in ("OrderCaptured", "OrderProgressed", *MOVES))
)
ONE_EACH = {"fulfilment_order": "fulfilment_order", "parcel": "parcel", "return": "return_", "payment": "payment", "count": "stock_count",
            "draft": "order_draft"}
"""Entities whose every version is one event -> their table."""


def folded(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every step starts where the last one ended, is legal, and the last one ends at what is stored: one pass over the log."""
    orders: dict[int, dict[str, str]] = {}
    moved: dict[str, dict[int, str]] = {table: {} for _, table, _ in MOVES.values()}
    for kind, id_, version, text in connection.exec_driver_sql(_STEPS):
        data = json.loads(text)
        if kind in MOVES:
            yield from _move(kind, int(id_), version, data, moved[MOVES[kind][1]])
        else:
            yield from _progress(kind, int(id_), version, data, orders)
    yield from _orders_differ(connection, orders)
    for table, state in moved.items():
        for id_, status in connection.exec_driver_sql(f"SELECT id, status FROM {table}"):
            if state.get(id_, status) != status:
                yield {"entity": table, "id": id_, "folded": state[id_], "stored": status}


def _progress(kind: str, id_: int, version: int, data: dict[str, Any], orders: dict[int, dict[str, str]]) -> Iterator[dict[str, Any]]:
    known = orders.setdefault(id_, {})
    if kind == "OrderCaptured":
        known.update(status=data["status"], phase=data["phase"])
        return
    for name, before in data["before"].items():
        if known.get(name, before) != before:
            yield {"entity": "orders", "id": id_, "version": version, "column": name, "known": known[name], "before": before}
    before, after = data["before"].get("status"), data["after"].get("status")
    if before is not None and after is not None and not STATUS.allows(before, after):
        yield {"entity": "orders", "id": id_, "version": version, "illegal": [before, after]}
    known.update(data["after"])


def _move(kind: str, id_: int, version: int, data: dict[str, Any], state: dict[int, str]) -> Iterator[dict[str, Any]]:
    legal, table, first = MOVES[kind]
    before, after = data["before"], data["after"]
    known = state.get(id_, first or before)
    if known != before:
        yield {"entity": table, "id": id_, "version": version, "known": known, "before": before}
    if before is not None and before != after and not _reaches(legal, before, after):
        yield {"entity": table, "id": id_, "version": version, "illegal": [before, after]}
    state[id_] = after


def _orders_differ(connection: sa.Connection, orders: dict[int, dict[str, str]]) -> Iterator[dict[str, Any]]:
    for id_, *stored in connection.exec_driver_sql(f"SELECT id, {', '.join(HEADLINES)} FROM orders"):
        known = orders.get(id_, {})
        differs = {name: [known[name], value] for name, value in zip(HEADLINES, stored, strict=True) if known.get(name, value) != value}
        if differs:
            yield {"entity": "orders", "id": id_, "folded_and_stored": differs}


@functools.cache
def _reaches(table: StateTable, before: str, after: str) -> bool:
    """Whether one action can have gone there, by one move or several at once."""
    seen, todo = set(), [before]
    while todo:
        status = todo.pop()
        if status == after:
            return True
        if status not in seen:
            seen.add(status)
            todo += table.next_of(status) if status in table.statuses else ()
    return False


def sealed(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    for fault in seal.verify(connection):
        yield fault._asdict()


_NAMES = ", ".join(f"'{entity}'" for entity in ONE_EACH)
_VERSIONS = (
    "WITH told AS MATERIALIZED (SELECT entity, CAST(entity_id AS BIGINT) AS id, count(*) AS events, count(DISTINCT version) AS versions,"
    f" min(version) AS first, max(version) AS last FROM event WHERE entity IN ({_NAMES}) GROUP BY entity, entity_id) "
) + " UNION ALL ".join(
    f"SELECT e.entity, t.id, t.version AS stored, e.events, e.last FROM {table} t JOIN told e ON e.entity = '{entity}' AND e.id = t.id"
    " WHERE e.last <> t.version OR e.versions <> e.events OR e.events <> e.last - e.first + 1"
    for entity, table in ONE_EACH.items()
)

_TOLD = (
    "SELECT b.sku_id, b.location_id, b.version, coalesce(e.version, 0) AS told FROM stock_balance b LEFT JOIN"
    " (SELECT balance, max(version) AS version FROM (SELECT entity_id AS balance, version FROM event WHERE entity = 'stock'"
    " UNION ALL SELECT {} FROM event, {} WHERE event.entity = 'allocation') AS told GROUP BY balance) e"
    " ON e.balance = CAST(b.sku_id AS TEXT) || ':' || CAST(b.location_id AS TEXT)"
    " WHERE e.version <> b.version OR (e.version IS NULL AND b.version > 1)"
)

CONDITIONS = (
    by_sql(
        "one_event_each", "I11", "each version of a fulfilment order, parcel, return and payment is one event, and none is missing",
        _VERSIONS,
    ),
    by_sql(
        "stock_events", "I11", "the last event of a balance tells its present version",
        _TOLD.format("CAST(value ->> '$.id' AS TEXT), CAST(value ->> '$.version' AS BIGINT)", "json_each(event.data, '$.balances')"),
        _TOLD.format("value ->> 'id', CAST(value ->> 'version' AS BIGINT)", "json_array_elements(CAST(event.data AS json) -> 'balances')"),
    ),
    by_sql(
        "order_events", "I11", "every order has the event that made it, and no event runs ahead of it",
        "SELECT o.id, o.number, o.version, e.version AS told FROM orders o LEFT JOIN (SELECT CAST(entity_id AS BIGINT) AS id,"
        " max(version) AS version, sum(CASE WHEN type IN ('OrderCaptured', 'OrderImported') THEN 1 ELSE 0 END) AS made FROM event"
        " WHERE entity = 'order' GROUP BY entity_id) e ON e.id = o.id WHERE e.id IS NULL OR e.made <> 1 OR e.version > o.version",
    ),
    by_sql(
        "log_gap_free", "I11", "the log's seq runs from 1 without a gap",
        "SELECT count(seq) AS events, min(seq) AS first, max(seq) AS last FROM event"
        " HAVING count(seq) > 0 AND (min(seq) <> 1 OR max(seq) <> count(seq))",
    ),
    by_sql(
        "jobs_due", "I10", "every job is due, leased, done or dead: none is stuck",
        "SELECT id, task, status, leased_until FROM job WHERE status NOT IN ('ready', 'running', 'done', 'dead')"
        " OR (status = 'running' AND leased_until IS NULL)",
    ),
    by_walk(
        "history_fold", "I12",
        "the history of orders, fulfilment orders, parcels and returns has only legal steps, no gap, and ends at what is stored", folded,
    ),
    by_walk("seal", "I11", "the hash chain over the event log verifies", sealed),
)  # fmt: skip
