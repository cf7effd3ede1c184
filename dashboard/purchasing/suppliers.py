"""Who supplies, and what: suppliers and the SKUs they are asked for."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.kernel import text, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.purchasing.commands import SaveSupplier, SupplySku
from dashboard.purchasing.events import SkuSupplied, SupplierSaved
from dashboard.purchasing.model import Supplier, SupplierSku

SUPPLIER: Any = Supplier.__table__
SUPPLIED: Any = SupplierSku.__table__
MOST_DAYS = 365
MOST_COST = 10**13
FIELDS = ("name", "lead_days", "review_days", "currency")


class SavedSupplier(NamedTuple):
    id: int
    name: str
    version: int


def save_supplier(tx: Tx, command: SaveSupplier, actor: Actor, now: dt.datetime) -> SavedSupplier:
    """Make or change a supplier.

    Raises: Invalid, per field; NotFound; Conflict, when the name is taken or somebody changed it meanwhile (facts: theirs, version).
    """
    values = _checked(command)
    taken = tx.execute(sa.select(SUPPLIER.c.id).where(SUPPLIER.c.name == values["name"])).scalar()
    if taken is not None and taken != command.id:
        message = f"There is a supplier {values['name']} already."
        raise Conflict(message, fields={"name": message})
    if command.id is None:
        made = tx.execute(sa.insert(SUPPLIER).values(**values, version=1).returning(SUPPLIER.c.id)).scalar_one()
        changes = {name: [None, value] for name, value in values.items()}
        tx.record(SupplierSaved(made, 1, values["name"], changes), actor, now)
        return SavedSupplier(made, values["name"], 1)
    return _change(tx, command, values, actor, now)


def _change(tx: Tx, command: SaveSupplier, values: dict[str, object], actor: Actor, now: dt.datetime) -> SavedSupplier:
    row = tx.execute(sa.select(SUPPLIER).where(SUPPLIER.c.id == command.id).with_for_update()).first()
    if row is None:
        raise NotFound("There is no such supplier.")
    theirs = {name: getattr(row, name) for name in FIELDS}
    if command.version != row.version:
        raise Conflict(
            f"{row.name} was changed by somebody else meanwhile. Nothing was saved; look at what is there now.",
            theirs=theirs,
            version=row.version,
        )
    changes = {name: [theirs[name], values[name]] for name in FIELDS if theirs[name] != values[name]}
    if not changes:
        return SavedSupplier(row.id, row.name, row.version)
    tx.execute(sa.update(SUPPLIER).where(SUPPLIER.c.id == row.id).values(**values, version=row.version + 1))
    tx.record(SupplierSaved(row.id, row.version + 1, str(values["name"]), changes), actor, now)
    return SavedSupplier(row.id, str(values["name"]), row.version + 1)


def _checked(command: SaveSupplier) -> dict[str, object]:
    """Raises: Invalid, with every complaint at once."""
    name, fields = command.name.strip(), {}
    if not name or (trouble := text.trouble(name, 80)):
        fields["name"] = f"The name cannot be kept: {trouble}." if name else "A supplier needs a name."
    for field, days in (("lead_days", command.lead_days), ("review_days", command.review_days)):
        if not 0 <= days <= MOST_DAYS:
            fields[field] = f"Between 0 and {MOST_DAYS} days."
    try:
        units.digits(command.currency)
    except Invalid as error:
        fields["currency"] = error.message
    if fields:
        raise Invalid(" ".join(fields.values()), fields=fields)
    return {"name": name, "lead_days": command.lead_days, "review_days": command.review_days, "currency": command.currency}


def supply_sku(tx: Tx, command: SupplySku, actor: Actor, now: dt.datetime) -> SavedSupplier:
    """Say that this supplier supplies the SKU from now on, in place of whoever did.

    Raises: NotFound; Invalid, for a service, a pack below 1, a cost out of range.
    """
    row = tx.execute(sa.select(SUPPLIER).where(SUPPLIER.c.id == command.supplier_id).with_for_update()).first()
    if row is None:
        raise NotFound("There is no such supplier.")
    sku = stock_sku(tx, command.sku)
    if not 1 <= command.pack_size <= units.MOST_UNITS:
        raise Invalid("A pack holds 1 or more units.", fields={"pack_size": "1 or more units"})
    if not 0 <= command.unit_cost_e4 <= MOST_COST:
        raise Invalid("That cost is out of range.", fields={"unit_cost": "out of range"})
    values = {"supplier_id": row.id, "pack_size": command.pack_size, "unit_cost_e4": command.unit_cost_e4}
    if not tx.execute(sa.update(SUPPLIED).where(SUPPLIED.c.sku_id == sku.id).values(**values)).rowcount:
        tx.execute(sa.insert(SUPPLIED).values(sku_id=sku.id, **values))
    tx.execute(sa.update(SUPPLIER).where(SUPPLIER.c.id == row.id).values(version=row.version + 1))
    tx.record(SkuSupplied(row.id, row.version + 1, sku.code, command.pack_size), actor, now)
    return SavedSupplier(row.id, row.name, row.version + 1)


def stock_sku(tx: Tx, typed: str, field: str = "sku") -> lookup.SkuFacts:
    """The stock item of this code. Raises: NotFound; Invalid, for a service or a kit; both name the field."""
    code = lookup.folded(typed)
    found = lookup.skus(tx, [code]).get(code)
    if found is None:
        message = f"There is no SKU {code[:64]}; check the code or create it first."
        raise NotFound(message, sku=code[:64], fields={field: message})
    if found.kind != "stock":
        message = f"{code} is a kit; order its parts." if found.kind == "kit" else f"{code} is a service; it is never delivered."
        raise Invalid(message, fields={field: message})
    return found
