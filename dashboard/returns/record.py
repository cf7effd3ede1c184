"""Returns as plain values for machines."""

from typing import Any

import sqlalchemy as sa

from dashboard.inventory.model import Location
from dashboard.kernel import clock, units
from dashboard.kernel.errors import NotFound
from dashboard.orders.model import Order, OrderLine
from dashboard.returns.model import Return, ReturnLine

MOMENTS = ("requested_at", "received_at", "closed_at")
_RETURN = sa.select(Return.__table__, Order.number.label("order_number")).outerjoin(Order, Order.id == Return.order_id)


def returns_of(connection: sa.Connection, order_id: int) -> list[dict[str, Any]]:
    """An order's returns, oldest first."""
    return _records(connection, Return.order_id == order_id)


def return_(connection: sa.Connection, return_id: int) -> dict[str, Any]:
    """Raises: NotFound."""
    found = _records(connection, Return.id == return_id)
    if not found:
        raise NotFound(f"There is no return {return_id}.", return_id=str(return_id))
    return found[0]


def page(connection: sa.Connection, status: str | None, channel: str | None, before: int | None, most: int) -> list[dict[str, Any]]:
    """The newest returns below this id, newest first; status and channel: only theirs, None for any."""
    wanted = ((Return.status, status), (Return.channel, channel))
    which = [column == value for column, value in wanted if value is not None]
    which += [] if before is None else [Return.id < before]
    return _records(connection, *which, newest=most)


def _records(connection: sa.Connection, *which: sa.ColumnElement[bool], newest: int | None = None) -> list[dict[str, Any]]:
    """Oldest first, or so many of the newest."""
    query = _RETURN.where(*which)
    ordered = query.order_by(Return.id) if newest is None else query.order_by(Return.id.desc()).limit(newest)
    rows = connection.execute(ordered).all()
    ids = [row.id for row in rows]
    currency = {row.id: row.currency for row in rows}
    of_lines = (
        sa.select(ReturnLine.__table__, OrderLine.position, Location.code.label("location"))
        .outerjoin(OrderLine, OrderLine.id == ReturnLine.order_line_id)
        .outerjoin(Location, Location.id == ReturnLine.location_id)
        .where(ReturnLine.return_id.in_(ids))
        .order_by(ReturnLine.id)
    )
    lines: dict[int, list[dict[str, Any]]] = {}
    for line in connection.execute(of_lines) if ids else ():
        lines.setdefault(line.return_id, []).append(_line(line, currency[line.return_id]))
    return [
        {
            "id": str(row.id),
            "number": row.number,
            "order": row.order_number,
            "channel": row.channel,
            "external_id": row.external_id,
            "status": row.status,
            "reason": row.reason,
            "note": row.note,
            **{name: clock.iso(getattr(row, name)) for name in MOMENTS},
            "version": row.version,
            "lines": lines.get(row.id, []),
        }
        for row in rows
    ]


def _line(row: Any, currency: str) -> dict[str, Any]:
    return {
        "line": row.position,
        "sku": row.sku_code,
        "quantity": row.units,
        "unit_price": units.price_text(row.unit_price_e4, currency),
        "disposition": row.disposition,
        "location": row.location,
    }
