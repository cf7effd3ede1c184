"""Suppliers as they are read, and what each supplies."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog.model import Sku
from dashboard.kernel.errors import NotFound
from dashboard.purchasing.model import Supplier, SupplierSku

MOST = 500
LARGEST_ID = 2**63


class Supplied(NamedTuple):
    sku: str
    name: str
    pack_size: int
    unit_cost_e4: int


def suppliers(connection: sa.Connection, after: str = "", limit: int = MOST) -> list[Any]:
    """By name, those after the name, each with .skus: how many SKUs it supplies."""
    count = (
        sa.select(sa.func.count())
        .where(SupplierSku.supplier_id == Supplier.id)
        .correlate(Supplier)
        .scalar_subquery()
        .label("skus")
    )
    query = sa.select(Supplier.__table__, count).where(Supplier.name > after)
    return list(connection.execute(query.order_by(Supplier.name).limit(limit)))


def supplier(connection: sa.Connection, supplier_id: int) -> Any:
    """Raises: NotFound."""
    known = sa.select(Supplier.__table__).where(Supplier.id == supplier_id)
    found = connection.execute(known).first() if supplier_id < LARGEST_ID else None
    if found is None:
        raise NotFound("There is no such supplier.")
    return found


def supplied(connection: sa.Connection, supplier_id: int, after: str = "", limit: int = 100) -> list[Supplied]:
    """What a supplier supplies, by SKU code, those after the code."""
    query = (
        sa.select(Sku.code, Sku.name, SupplierSku.pack_size, SupplierSku.unit_cost_e4)
        .join(Sku, Sku.id == SupplierSku.sku_id)
        .where(SupplierSku.supplier_id == supplier_id, Sku.code > after)
        .order_by(Sku.code)
        .limit(limit)
    )
    return [Supplied(*row) for row in connection.execute(query)]
