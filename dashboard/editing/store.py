"""Orders as plans need them, and the edits they have seen."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.lookup import KitPart
from dashboard.catalog.model import Sku
from dashboard.editing import rules
from dashboard.editing.facts import Facts, LineFacts, PartLine, Share
from dashboard.editing.model import OrderEdit
from dashboard.fulfilment.model import FulfilmentLine, FulfilmentOrder
from dashboard.fulfilment.rules import OPEN
from dashboard.inventory.model import Location
from dashboard.kernel.errors import NotFound
from dashboard.orders import naming
from dashboard.orders.model import Order, OrderLine, OrderLinePart
from dashboard.orders.rules import promised

SAME = ("customer_name", "email", "phone", "currency", "pay_on", *(f"ship_{name}" for name in rules.ADDRESS))
"""Orders that differ in none of these may become one."""
SUMS = ("lines_total", "tax", "discount", "shipping", "total")
_COUNTS = ("ordered", "cancelled", "credited", "backordered", "allocated", "picked", "packed", "shipped")
_MONEY = ("unit_price_e4", "tax", "discount", "total")


class Edit(NamedTuple):
    """One edit as it was carried out. fields: {field: (before, after)}; undone: somebody took it back."""

    id: int
    order_id: int
    kind: str
    version: int
    fields: dict[str, tuple[Any, Any]]
    restores: dict[int, int]
    final: bool
    reason: str
    actor_name: str
    at: dt.datetime
    undone: bool


def order_facts(connection: sa.Connection, order_id: int) -> Facts:
    """The order with its lines and where their units are; no shelf is looked at. Raises: NotFound."""
    row = connection.execute(sa.select(Order.__table__).where(Order.id == order_id)).first()
    if row is None:
        raise NotFound("This order does not exist.")
    return Facts(
        row.id,
        row.number,
        row.status,
        row.version,
        row.currency,
        row.pay_on,
        {name: getattr(row, name) for name in rules.HEADER},
        {name: getattr(row, name) for name in SUMS},
        money_of(row),
        _lines(connection, order_id),
    )


def money_of(row: Any) -> dict[str, int]:
    """What payments say of an order, with what is carried to or from other orders."""
    return {"promised": promised(row), "received": row.captured + row.carried_received, "refunded": row.refunded}


def _lines(connection: sa.Connection, order_id: int) -> tuple[LineFacts, ...]:
    shares, recipes, names = _shares(connection, order_id), _recipes(connection, order_id), naming.of_order(connection, order_id)
    query = (
        sa.select(OrderLine.__table__, Sku.kind)
        .outerjoin(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
    )
    return tuple(
        LineFacts(
            row.id,
            row.position,
            row.sku_id,
            row.sku_code,
            row.name,
            row.kind or "unknown",
            *(getattr(row, name) for name in (*_COUNTS, *_MONEY)),
            shares=tuple(shares.get(row.id, ())),
            recipe=tuple(recipes.get(row.id, ())),
            taxes=names.get((row.id, "tax"), ()),
            discounts=names.get((row.id, "discount"), ()),
        )
        for row in connection.execute(query)
    )


def _shares(connection: sa.Connection, order_id: int) -> dict[int, list[Share]]:
    """What each open fulfilment order is to send of each line, newest first."""
    query = (
        sa.select(
            FulfilmentLine.id,
            FulfilmentLine.order_line_id,
            FulfilmentLine.sku_id,
            FulfilmentLine.units,
            FulfilmentLine.picked,
            sa.func.coalesce(OrderLinePart.units, 1).label("per"),
            FulfilmentOrder.id.label("work_id"),
            FulfilmentOrder.number,
            FulfilmentOrder.status,
            FulfilmentOrder.location_id,
            Location.name.label("location"),
        )
        .join(FulfilmentOrder, FulfilmentOrder.id == FulfilmentLine.fulfilment_order_id)
        .join(Location, Location.id == FulfilmentOrder.location_id)
        .outerjoin(
            OrderLinePart,
            sa.and_(OrderLinePart.order_line_id == FulfilmentLine.order_line_id, OrderLinePart.sku_id == FulfilmentLine.sku_id),
        )
        .where(FulfilmentOrder.order_id == order_id, FulfilmentOrder.status.in_(OPEN))
        .order_by(FulfilmentOrder.id.desc(), FulfilmentLine.id)
    )
    rows: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        rows[row.order_line_id, row.work_id].append(row)
    found: dict[int, list[Share]] = defaultdict(list)
    for (line_id, work_id), parts in rows.items():
        first = parts[0]
        lines = tuple(PartLine(part.id, part.sku_id, part.units, part.picked, part.per) for part in parts)
        found[line_id].append(Share(work_id, first.number, first.status, first.location_id, first.location, lines))
    return found


def _recipes(connection: sa.Connection, order_id: int) -> dict[int, list[KitPart]]:
    query = (
        sa.select(OrderLinePart.order_line_id, OrderLinePart.sku_id, Sku.code, OrderLinePart.units)
        .join(OrderLine, OrderLine.id == OrderLinePart.order_line_id)
        .join(Sku, Sku.id == OrderLinePart.sku_id)
        .where(OrderLine.order_id == order_id)
        .order_by(Sku.code)
    )
    found: dict[int, list[KitPart]] = defaultdict(list)
    for line_id, *part in connection.execute(query):
        found[line_id].append(KitPart(*part))
    return found


_UNDONE = sa.select(OrderEdit.undoes_id).where(OrderEdit.undoes_id.is_not(None))
_EDITS = sa.select(OrderEdit.__table__, OrderEdit.id.in_(_UNDONE).label("undone"))


def edit(connection: sa.Connection, edit_id: int) -> Edit:
    """Raises: NotFound."""
    row = connection.execute(_EDITS.where(OrderEdit.id == edit_id)).first() if edit_id < 2**63 else None
    if row is None:
        raise NotFound("There is no such edit.")
    return _edit(row)


def edits_of(connection: sa.Connection, order_id: int, limit: int = 50) -> list[Edit]:
    """The order's edits, newest first."""
    query = _EDITS.where(OrderEdit.order_id == order_id).order_by(OrderEdit.id.desc()).limit(limit)
    return [_edit(row) for row in connection.execute(query)]


def fields_by_id(connection: sa.Connection, edit_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """{edit: {field: [before, after]}} of these edits; asks nothing for none."""
    wanted = sorted(set(edit_ids))
    query = sa.select(OrderEdit.id, OrderEdit.fields).where(OrderEdit.id.in_(wanted))
    return {id_: json.loads(fields) for id_, fields in connection.execute(query)} if wanted else {}


def _edit(row: Any) -> Edit:
    fields = {name: (before, after) for name, (before, after) in json.loads(row.fields).items()}
    restores = {int(line_id): units for line_id, units in json.loads(row.restores).items()}
    columns = (row.id, row.order_id, row.kind, row.version, fields, restores, row.final, row.reason, row.actor_name, row.at)
    return Edit(*columns, undone=bool(row.undone))


def changed_by(connection: sa.Connection, order_id: int, names: Iterable[str]) -> dict[str, tuple[str, dt.datetime]]:
    """{field: (who, when)} of the last edit that changed each of these fields; fields nobody edited are missing."""
    found: dict[str, tuple[str, dt.datetime]] = {}
    wanted = set(names)
    for one in edits_of(connection, order_id):
        for name in wanted & set(one.fields) - set(found):
            found[name] = (one.actor_name, one.at)
    return found


def like(connection: sa.Connection, order_id: int, limit: int = 20) -> list[sa.Row[Any]]:
    """Open orders without a hold that have this one's customer, currency and address: those it may be merged with, newest first."""
    this = connection.execute(sa.select(Order.__table__).where(Order.id == order_id)).one()
    same = (getattr(Order, name) == getattr(this, name) for name in SAME)
    query = sa.select(Order.__table__).where(Order.status == "open", Order.open_holds == 0, Order.id != order_id, *same)
    return list(connection.execute(query.order_by(Order.id.desc()).limit(limit)))


def as_of(connection: sa.Connection, order_id: int, version: int, now: Mapping[str, Any]) -> dict[str, Any]:
    """The order's fields as they were in an earlier version: those of `now`, with the edits since taken back."""
    found = dict(now)
    for one in edits_of(connection, order_id):
        if one.version > version:
            found |= {name: before for name, (before, _) in one.fields.items() if name in now}
    return found


def line_ids(facts: Facts, positions: Mapping[int, Any] | Sequence[int]) -> dict[int, int]:
    """{position: order line id} of those that exist."""
    return {line.position: line.id for line in facts.lines if line.position in positions}
