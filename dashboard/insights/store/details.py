"""What a list of failing orders shows about each: number, phase, due date, and its fault. Nothing about people."""

from typing import NamedTuple

import sqlalchemy as sa

_ORDERS = sa.text("""
SELECT o.id, o.number, o.phase, o.ship_by,
  (SELECT coalesce(sum(f.pack_errors), 0) FROM fulfilment_order f WHERE f.order_id = o.id),
  (SELECT min(r.reason) FROM return_ r WHERE r.order_id = o.id),
  (SELECT coalesce(sum(l.backordered), 0) FROM order_line l WHERE l.order_id = o.id)
FROM orders o WHERE o.id IN :ids""").bindparams(sa.bindparam("ids", expanding=True))
_EXCEPTIONS = sa.text("SELECT id, summary FROM order_exception WHERE id IN :ids").bindparams(sa.bindparam("ids", expanding=True))


class Order(NamedTuple):
    """ship_by: microseconds since 1970 or None; backordered: units."""

    id: int
    number: str
    phase: str
    ship_by: int | None
    pack_errors: int
    return_reason: str | None
    backordered: int

    @property
    def error(self) -> str:
        if self.pack_errors:
            return f"{self.pack_errors} wrong when packed" if self.pack_errors > 1 else "1 item wrong when packed"
        return f"returned: {(self.return_reason or 'error').replace('_', ' ')}"


def orders(connection: sa.Connection, ids: list[int]) -> dict[int, Order]:
    return {row[0]: Order(*row) for row in connection.execute(_ORDERS, {"ids": ids})} if ids else {}


def exceptions(connection: sa.Connection, ids: list[int]) -> dict[int, str]:
    """The summary of each exception."""
    return dict(map(tuple, connection.execute(_EXCEPTIONS, {"ids": ids}))) if ids else {}
