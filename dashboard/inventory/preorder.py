"""Put a SKU on preorder: sold before it can be had, until a day, up to a cap of its own."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.inventory.selling_events import PreorderSet
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS

FIRST_YEAR, LAST_YEAR = 2000, 2100
_WAIT: Any = SkuBackorder.__table__


def set_preorder(tx: Tx, command: SetPreorder, actor: Actor, now: dt.datetime) -> bool:
    """Returns whether anything changed.

    Raises: NotFound; Invalid, per field; Conflict, when it was changed meanwhile (facts: theirs).
    """
    code = lookup.folded(command.sku)
    sku = lookup.skus(tx, [code]).get(code)
    if sku is None:
        raise NotFound(f"There is no SKU {command.sku[:64]}.")
    check(command, sku.kind)
    row = _locked(tx, sku.id)
    before, after = (row.preorder_from, row.preorder_cap), (command.available_from, command.cap)
    if after == before:
        return False
    if command.base is not None and command.base != before:
        raise Conflict(f"Somebody has changed the preorder of {sku.code} meanwhile. Nothing was saved.", theirs=_said(before))
    version = row.version + 1
    values = {"preorder_from": command.available_from, "preorder_cap": command.cap, "version": version}
    tx.execute(sa.update(_WAIT).where(_WAIT.c.sku_id == sku.id).values(**values))
    tx.record(PreorderSet(sku.id, version, sku.code, _said(before), _said(after)), actor, now)
    return True


def later(tx: Tx, sku_ids: Iterable[int], today: dt.date) -> frozenset[int]:
    """Those of these SKUs that are on preorder: they can be had on a day after this."""
    query = sa.select(_WAIT.c.sku_id).where(_WAIT.c.sku_id.in_(sorted(set(sku_ids))), _WAIT.c.preorder_from > today)
    return frozenset(tx.execute(query).scalars())


def check(command: SetPreorder, kind: str) -> None:
    """Raises: Invalid, per field, for what no SKU of this kind can be."""
    fields: dict[str, str] = {}
    day = command.available_from
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        fields["available_from"] = f"a day between {FIRST_YEAR} and {LAST_YEAR}"
    if day is not None and kind == "service":
        fields["available_from"] = "a service is never waited for"
    if command.cap is not None and not 0 <= command.cap <= MOST_UNITS:
        fields["preorder_cap"] = f"0 to {MOST_UNITS} units, or none for any number"
    if command.cap is not None and day is None:
        fields["preorder_cap"] = "needs the day the SKU is available from"
    if fields:
        raise Invalid("; ".join(f"{name}: {why}" for name, why in fields.items()) + ".", fields=fields)


def _locked(tx: Tx, sku_id: int) -> Any:
    """The SKU's row, made if it is new."""
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    fresh = {"sku_id": sku_id, "policy": "default", "open_units": 0, "version": 1}
    tx.execute(dialect.insert(_WAIT).values(fresh).on_conflict_do_nothing(index_elements=["sku_id"]))
    return tx.execute(sa.select(_WAIT).where(_WAIT.c.sku_id == sku_id).with_for_update()).one()


def _said(state: tuple[dt.date | None, int | None]) -> dict[str, Any]:
    return {"available_from": state[0].isoformat() if state[0] else None, "cap": state[1]}
