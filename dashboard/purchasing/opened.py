"""A purchase order inside a transaction: locked, its lines, and the version the asker saw."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.inventory.model import Location
from dashboard.kernel import text
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.tx import Tx
from dashboard.purchasing.model import PurchaseOrder, PurchaseOrderLine, Supplier

ORDER: Any = PurchaseOrder.__table__
LINE: Any = PurchaseOrderLine.__table__


class SavedOrder(NamedTuple):
    """What an action leaves behind."""

    id: int
    number: str
    status: str
    version: int


class OpenLine(NamedTuple):
    id: int
    sku_id: int
    sku: str
    ordered: int
    received: int
    surplus: int
    cancelled: int

    @property
    def left(self) -> int:
        """Units still to come."""
        return max(0, self.ordered - self.received - self.cancelled)


def locked(tx: Tx, number: str, version: int | None) -> Any:
    """The purchase order's row with .supplier and .location (code), locked.

    Raises: NotFound; Conflict (facts: version), when it is another version by now.
    """
    query = (
        sa.select(ORDER, Supplier.name.label("supplier"), Location.code.label("location"))
        .join(Supplier, Supplier.id == ORDER.c.supplier_id)
        .join(Location, Location.id == ORDER.c.location_id)
        .where(ORDER.c.number == number)
        .with_for_update(of=ORDER)
    )
    row = None if text.trouble(number, 24) else tx.execute(query).first()
    if row is None:
        raise NotFound(f"There is no purchase order {number[:24]}.", number=number[:24])
    if version is not None and version != row.version:
        raise Conflict(
            f"{number} was changed by somebody else meanwhile: it is {row.status.replace('_', ' ')} now. Look again.",
            version=row.version,
            status=row.status,
        )
    return row


def lines_of(tx: Tx, order_id: int) -> Sequence[OpenLine]:
    """Its lines in their order."""
    columns = (LINE.c.id, LINE.c.sku_id, Sku.code, LINE.c.ordered, LINE.c.received, LINE.c.surplus, LINE.c.cancelled)
    query = sa.select(*columns).join(Sku, Sku.id == LINE.c.sku_id).where(LINE.c.purchase_order_id == order_id)
    return [OpenLine(*row) for row in tx.execute(query.order_by(LINE.c.position))]


def change(tx: Tx, row: Any, **values: Any) -> SavedOrder:
    """Write the locked row's next version."""
    version = row.version + 1
    tx.execute(sa.update(ORDER).where(ORDER.c.id == row.id).values(version=version, **values))
    return SavedOrder(row.id, row.number, values.get("status", row.status), version)
