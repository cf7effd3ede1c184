"""Create and change many SKUs at once from a file, each row with its own outcome."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog import rules
from dashboard.catalog.actions import create_skus, update_sku
from dashboard.catalog.commands import CreateSku, UpdateSku
from dashboard.catalog.model import Sku
from dashboard.kernel import units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.kernel.tx import Tx

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"


class SkuWish(NamedTuple):
    """What one row says of one SKU. values: {field of CreateSku: checked value}; a field that is missing stays as it is."""

    line: int
    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class SaveSkus:
    """wishes: no two for one code, no two with one barcode."""

    wishes: Sequence[SkuWish]


class Verdict(NamedTuple):
    """What became of one row: CREATED, CHANGED, UNCHANGED, or else why it was refused (field, reason)."""

    line: int
    outcome: str
    field: str = ""
    reason: str = ""


def save_skus(tx: Tx, command: SaveSkus, actor: Actor, now: dt.datetime) -> list[Verdict]:
    """Create what is new, change what differs, in one transaction; a refused row changes nothing. One verdict per wish, in order."""
    known = {sku.code: sku for sku in tx.orm.scalars(sa.select(Sku).where(Sku.code.in_([wish.code for wish in command.wishes])))}
    taken = _barcodes(tx, command.wishes)
    verdicts, fresh = [], []
    for wish in command.wishes:
        refusal = _refusal(wish, known.get(wish.code), taken)
        if refusal:
            verdicts.append(refusal)
        elif wish.code in known:
            verdicts.append(_change(tx, wish, known[wish.code], actor, now))
        else:
            fresh.append(CreateSku(code=wish.code, **wish.values))
            verdicts.append(Verdict(wish.line, CREATED))
    create_skus(tx, fresh, actor, now)
    return verdicts


def _barcodes(tx: Tx, wishes: Sequence[SkuWish]) -> dict[str, str]:
    wanted = [wish.values["barcode"] for wish in wishes if wish.values.get("barcode")]
    return {row.barcode: row.code for row in tx.execute(sa.select(Sku.barcode, Sku.code).where(Sku.barcode.in_(wanted)))}


def _refusal(wish: SkuWish, known: Sku | None, taken: Mapping[str, str]) -> Verdict | None:
    barcode = wish.values.get("barcode")
    if barcode and taken.get(barcode, wish.code) != wish.code:
        return Verdict(wish.line, "refused", "barcode", f"the barcode {barcode} belongs to {taken[barcode]}")
    if known is None and not wish.values.get("name"):
        return Verdict(wish.line, "refused", "name", "a new SKU needs a name")
    if known is None and wish.values.get("kind") == "kit":
        return Verdict(wish.line, "refused", "kind", "a kit is made on the page of a new SKU, with its parts")
    if known is not None and wish.values.get("kind", known.kind) != known.kind:
        return Verdict(wish.line, "refused", "kind", f"{wish.code} is {known.kind}; the kind of a SKU cannot change")
    return None


def _change(tx: Tx, wish: SkuWish, sku: Sku, actor: Actor, now: dt.datetime) -> Verdict:
    values = {name: value for name, value in wish.values.items() if name != "kind" and getattr(sku, name) != value}
    if not values:
        return Verdict(wish.line, UNCHANGED)
    try:
        update_sku(tx, UpdateSku(wish.code, sku.version, values), actor, now)
    except DomainError as error:
        return Verdict(wish.line, "refused", "", error.message)
    return Verdict(wish.line, CHANGED)


def checked(name: str, value: Any) -> Any:
    """A field's value, checked and folded as the catalogue keeps it.

    Raises: Invalid.
    """
    checks = {"name": rules.sku_name, "barcode": rules.gtin, "kind": rules.kind, "weight_grams": rules.weight_grams}
    if name == "currency":
        units.digits(value)
    if name == "active" and not isinstance(value, bool):
        raise Invalid("active is yes or no.")
    return checks[name](value) if name in checks else value
