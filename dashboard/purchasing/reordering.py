"""From what runs low to draft purchase orders: one per supplier and location."""

import datetime as dt

import sqlalchemy as sa

from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx
from dashboard.purchasing.actions import MOST_LINES, create_purchase_order
from dashboard.purchasing.commands import DraftReorders, PurchaseDraft, PurchaseLine
from dashboard.purchasing.model import Supplier, SupplierSku
from dashboard.purchasing.opened import SavedOrder
from dashboard.purchasing.suppliers import stock_sku


def draft_reorders(tx: Tx, command: DraftReorders, actor: Actor, now: dt.datetime) -> list[SavedOrder]:
    """Write the drafts: all or none. Returns them.

    Raises: Invalid, without rows, for units below 1, or for SKUs that nobody supplies and no supplier was chosen for (facts: fields);
    NotFound; Forbidden, at a location that is not the actor's.
    """
    if not 1 <= len(command.rows) <= MOST_LINES:
        raise Invalid(f"Choose 1 to {MOST_LINES} rows to order.", fields={"rows": f"1 to {MOST_LINES} rows"})
    groups: dict[tuple[str, str], list[PurchaseLine]] = {}
    orphans = []
    for row in command.rows:
        sku = stock_sku(tx, row.sku)
        supplier = _supplier(tx, sku.id) or command.supplier
        if not supplier:
            orphans.append(sku.code)
        groups.setdefault((supplier, row.location), []).append(PurchaseLine(sku.code, row.units))
    if orphans:
        shown = ", ".join(orphans[:5]) + (f" and {len(orphans) - 5} more" if len(orphans) > 5 else "")
        raise Invalid(f"Nobody supplies {shown} yet: choose a supplier for them.", fields={"supplier": "choose a supplier"})
    return [
        create_purchase_order(tx, PurchaseDraft(supplier, location, tuple(lines)), actor, now)
        for (supplier, location), lines in sorted(groups.items())
    ]


def _supplier(tx: Tx, sku_id: int) -> str | None:
    query = sa.select(Supplier.name).join(SupplierSku, SupplierSku.supplier_id == Supplier.id).where(SupplierSku.sku_id == sku_id)
    return tx.execute(query).scalar()
