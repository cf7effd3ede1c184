"""Create and change SKUs."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog import kits, rules
from dashboard.catalog.commands import CreateSku, UpdateSku
from dashboard.catalog.events import SkuChanged, SkuCreated
from dashboard.catalog.model import Sku
from dashboard.kernel import clock, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.merge import merge
from dashboard.kernel.statements import insert_into, next_ids
from dashboard.kernel.tx import Tx

FIELDS = ("name", "barcode", "unit_price_e4", "currency", "weight_grams", "active")
"""What can change later; the code and the kind cannot, and how units are told apart only while there are none."""
_INSERT = insert_into(Sku, "id", "code", "kind", "tracks", *FIELDS, "version")
_MOST_AT_ONCE = 500


class Saved(NamedTuple):
    """merged: fields somebody else changed meanwhile, kept as they made them."""

    id: int
    code: str
    version: int
    merged: tuple[str, ...] = ()


def create_sku(tx: Tx, command: CreateSku, actor: Actor, now: dt.datetime) -> Saved:
    """Raises: Invalid, per field; Conflict, when the code or barcode belongs to a SKU already."""
    return create_skus(tx, [command], actor, now)[0]


def create_skus(tx: Tx, commands: Sequence[CreateSku], actor: Actor, now: dt.datetime) -> list[Saved]:
    """Create many at once (an import, the demo): all or none.

    Raises: as create_sku.
    """
    rows = [_checked(dataclasses.asdict(command)) for command in commands]
    _refuse_known(tx, rows)
    ids = next_ids(tx, "sku", len(rows)) if rows else []
    recipes = {id_: row.pop("components") for id_, row in zip(ids, rows, strict=True)}
    tx.run_many(_INSERT, [{**row, "id": id_, "version": 1} for id_, row in zip(ids, rows, strict=True)])
    kits.write(tx, {id_: recipe for id_, recipe in recipes.items() if recipe})
    for id_, row in zip(ids, rows, strict=True):
        tx.record(SkuCreated(id_, 1, row["code"], row["name"]), actor, now)
    return [Saved(id_, row["code"], 1) for id_, row in zip(ids, rows, strict=True)]


def update_sku(tx: Tx, command: UpdateSku, actor: Actor, now: dt.datetime) -> Saved:
    """Change a SKU; what others changed meanwhile in other fields stays.

    Raises: NotFound; Invalid, per field; Conflict, where both changed the same field (facts: theirs, yours, version).
    """
    sku = tx.orm.scalar(sa.select(Sku).where(Sku.code == rules.fold_code(command.code)).with_for_update())
    if sku is None:
        raise NotFound(f"There is no SKU {rules.fold_code(command.code)}.", sku=command.code)
    theirs = {name: getattr(sku, name) for name in FIELDS} | {"components": kits.read(tx, sku.id) if sku.kind == "kit" else []}
    wanted = _checked({"code": sku.code, "kind": sku.kind, **theirs, **command.values})
    mine = {name: wanted[name] for name in command.values}
    stale = command.version != sku.version
    merged = merge(command.base or ({} if stale else theirs), theirs, mine)
    if merged.conflicts:
        raise _conflict(sku, theirs, mine, merged.conflicts)
    changes = {name: [theirs[name], value] for name, value in merged.values.items() if value != theirs[name]}
    if not changes:
        return Saved(sku.id, sku.code, sku.version)
    _refuse_known(tx, [{**merged.values, "code": None}], but=sku.id)
    for name in changes:
        if name != "components":
            setattr(sku, name, merged.values[name])
    if "components" in changes:
        kits.write(tx, {sku.id: merged.values["components"]})
    sku.version += 1
    sku.updated_by, sku.updated_at = actor.name, now
    tx.record(SkuChanged(sku.id, sku.version, sku.code, changes), actor, now)
    kept = tuple(name for name in theirs if stale and command.base.get(name, theirs[name]) != theirs[name])
    return Saved(sku.id, sku.code, sku.version, kept)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values with each field checked and folded; all complaints at once."""
    checks: dict[str, Callable[[Any], Any]] = {
        "code": rules.sku_code,
        "name": rules.sku_name,
        "barcode": rules.gtin,
        "kind": rules.kind,
        "weight_grams": rules.weight_grams,
        "unit_price_e4": _price,
        "currency": _currency,
    }
    fields: dict[str, str] = {}
    for name, check in checks.items():
        if name not in values:
            continue
        try:
            values[name] = check(values[name])
        except Invalid as error:
            fields[name] = error.message
    if "kind" not in fields and "tracks" in values:
        try:
            values["tracks"] = rules.tracks(values["tracks"], values["kind"])
        except Invalid as error:
            fields |= error.facts["fields"]
    if "kind" not in fields and "code" not in fields:
        try:
            values["components"] = rules.recipe(values["code"], values["kind"], values["components"])
        except Invalid as error:
            fields |= error.facts["fields"]
    if fields:
        raise Invalid(" ".join(dict.fromkeys(fields.values())), fields=fields)
    return values


def _price(e4: int) -> int:
    if not 0 <= e4 <= units.MOST_MINOR:
        raise Invalid("A unit price is 0 or more.")
    return e4


def _currency(code: str) -> str:
    units.digits(code)
    return code


def _refuse_known(tx: Tx, rows: list[dict[str, Any]], but: int | None = None) -> None:
    """Raises: Conflict, naming the first code or barcode that is taken (by a SKU, or twice in the rows)."""
    for name, column in (("code", Sku.code), ("barcode", Sku.barcode)):
        wanted = [row[name] for row in rows if row[name]]
        taken = _twice(wanted)
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            known = sa.select(column).where(column.in_(wanted[start : start + _MOST_AT_ONCE]), Sku.id != (but or 0))
            taken.update(tx.execute(known).scalars())
        if taken:
            first = min(taken)
            message = f"There is a SKU with the {name} {first} already."
            raise Conflict(message, fields={name: message}, **{name: first})


def _twice(values: list[str]) -> set[str]:
    seen: set[str] = set()
    return {value for value in values if value in seen or seen.add(value)}  # type: ignore[func-returns-value]


def _conflict(sku: Sku, theirs: dict[str, Any], mine: dict[str, Any], names: tuple[str, ...]) -> Conflict:
    return Conflict(
        f"SKU {sku.code} was changed by somebody else meanwhile: {', '.join(names)}. Nothing was saved; choose which to keep.",
        sku=sku.code,
        version=sku.version,
        theirs={name: theirs[name] for name in names},
        yours={name: mine[name] for name in names},
        changed_by=sku.updated_by,
        changed_at=clock.iso(sku.updated_at),
    )
