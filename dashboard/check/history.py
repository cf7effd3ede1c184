"""I11, I12: the event log holds one row per change, only legal moves, and folds to what is stored; its seal verifies."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from dashboard.check.condition import by_sql, by_walk
from dashboard.fulfilment.rules import PARCEL, WORK
from dashboard.kernel import seal
from dashboard.kernel.states import StateTable
from dashboard.orders.rules import STATUS
from dashboard.returns.rules import RETURN

MOVES: dict[str, tuple[StateTable, str, str]] = {
    "WorkMoved": (WORK, "fulfilment_order", "allocated"),
    "ParcelMoved": (PARCEL, "parcel", "handed_over"),
    "ReturnMoved": (RETURN, "return_", ""),
}
"""Event -> (legal moves, table, status before the first). A status that stays is no move."""
HEADLINES = ("status", "fulfilment_status", "payment_status", "phase")
ONE_EACH = {"fulfilment_order": "fulfilment_order", "parcel": "parcel", "return": "return_", "payment": "payment"}
"""Entities whose every version is one event -> their table."""


def _events(connection: sa.Connection, *types: str) -> Iterator[tuple[Any, ...]]:
    names = ", ".join(f"'{name}'" for name in types)
    query = f"SELECT type, entity_id, version, data FROM event WHERE type IN ({names}) ORDER BY id"
    for kind, entity_id, version, data in connection.exec_driver_sql(query):
        yield kind, int(entity_id), version, json.loads(data)


def folded_orders(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every step of an order starts where the last one ended, is legal, and the last one ends at what is stored."""
    state: dict[int, dict[str, str]] = {}
    for kind, order_id, version, data in _events(connection, "OrderCaptured", "OrderProgressed"):
        if kind == "OrderCaptured":
            state[order_id] = {"status": data["status"], "phase": data["phase"]}
            continue
        known = state.setdefault(order_id, {})
        for name, before in data["before"].items():
            if known.get(name, before) != before:
                yield {"order_id": order_id, "version": version, "column": name, "known": known[name], "before": before}
        step = data["before"].get("status"), data["after"].get("status")
        if None not in step and not STATUS.allows(*step):
            yield {"order_id": order_id, "version": version, "illegal": list(step)}
        known.update(data["after"])
    for order_id, *stored in connection.exec_driver_sql(f"SELECT id, {', '.join(HEADLINES)} FROM orders"):
        known = state.get(order_id, {})
        differs = {name: [known[name], value] for name, value in zip(HEADLINES, stored, strict=True) if known.get(name, value) != value}
        if differs:
            yield {"order_id": order_id, "folded_and_stored": differs}


def folded_moves(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """The same for fulfilment orders, parcels and returns."""
    for kind, (table, stored_in, first) in MOVES.items():
        state: dict[int, str] = {}
        for _, id_, version, data in _events(connection, kind):
            before, after = data["before"], data["after"]
            known = state.get(id_, first or before)
            if known != before:
                yield {"entity": stored_in, "id": id_, "version": version, "known": known, "before": before}
            if before is not None and before != after and not _reaches(table, before, after):
                yield {"entity": stored_in, "id": id_, "version": version, "illegal": [before, after]}
            state[id_] = after
        for id_, status in connection.exec_driver_sql(f"SELECT id, status FROM {stored_in}"):
            if state.get(id_, status) != status:
                yield {"entity": stored_in, "id": id_, "folded": state[id_], "stored": status}


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


_VERSIONS = " UNION ALL ".join(
    f"SELECT '{entity}' AS entity, t.id, t.version AS stored, e.events, e.last FROM {table} t"
    " JOIN (SELECT CAST(entity_id AS BIGINT) AS id, count(*) AS events, count(DISTINCT version) AS versions, min(version) AS first,"
    f" max(version) AS last FROM event WHERE entity = '{entity}' GROUP BY entity_id) e ON e.id = t.id"
    " WHERE e.last <> t.version OR e.versions <> e.events OR e.events <> e.last - e.first + 1"
    for entity, table in ONE_EACH.items()
)

CONDITIONS = (
    by_sql(
        "one_event_each", "I11", "each version of a fulfilment order, parcel, return and payment is one event, and none is missing",
        _VERSIONS,
    ),
    by_sql(
        "stock_events", "I11", "the last event of a balance tells its present version and figures",
        "SELECT b.sku_id, b.location_id, b.version, e.version AS told FROM stock_balance b"
        " JOIN (SELECT entity_id, max(version) AS version FROM event WHERE entity = 'stock' GROUP BY entity_id) e"
        " ON e.entity_id = CAST(b.sku_id AS TEXT) || ':' || CAST(b.location_id AS TEXT) WHERE e.version <> b.version"
        " UNION ALL SELECT b.sku_id, b.location_id, b.version, 0 FROM stock_balance b WHERE b.version > 1 AND NOT EXISTS"
        " (SELECT 1 FROM event e WHERE e.entity = 'stock'"
        " AND e.entity_id = CAST(b.sku_id AS TEXT) || ':' || CAST(b.location_id AS TEXT))",
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
    by_walk("orders_fold", "I12", "an order's history has only legal steps, without a gap, and ends at what is stored", folded_orders),
    by_walk("moves_fold", "I12", "so has the history of fulfilment orders, parcels and returns", folded_moves),
    by_walk("seal", "I11", "the hash chain over the event log verifies", sealed),
)  # fmt: skip
