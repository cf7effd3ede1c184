"""What kits are made of, inside a transaction: check a recipe, write it, read it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.model import KitComponent, Sku
from dashboard.kernel.errors import Invalid
from dashboard.kernel.statements import insert_into
from dashboard.kernel.tx import Tx

Recipe = Sequence[Sequence[Any]]
"""[[SKU code, units in one kit]], in order of the codes."""
_INSERT = insert_into(KitComponent, "kit_id", "part_id", "units")


def write(tx: Tx, recipes: Mapping[int, Recipe]) -> None:
    """Give each kit (by id) this recipe in place of what it had.

    Raises: Invalid (facts: fields), for a part that is unknown or not a stock item.
    """
    if not recipes:
        return
    parts = _parts(tx, {part[0] for recipe in recipes.values() for part in recipe})
    for recipe in recipes.values():
        _refuse_odd(recipe, parts)
    tx.execute(sa.delete(KitComponent).where(KitComponent.kit_id.in_(list(recipes))))
    tx.run_many(
        _INSERT,
        [
            {"kit_id": kit_id, "part_id": parts[code].id, "units": units}
            for kit_id, recipe in sorted(recipes.items())
            for code, units in recipe
        ],
    )


def read(tx: Tx, kit_id: int) -> list[list[Any]]:
    """The recipe of a kit."""
    return recipes(tx.execute, [kit_id]).get(kit_id, [])


def recipes(execute: Any, kit_ids: Iterable[int]) -> dict[int, list[list[Any]]]:
    """The recipes of kits by their id. execute: of a transaction, a session or a connection."""
    query = (
        sa.select(KitComponent.kit_id, Sku.code, KitComponent.units)
        .join(Sku, Sku.id == KitComponent.part_id)
        .where(KitComponent.kit_id.in_(list(kit_ids)))
        .order_by(KitComponent.kit_id, Sku.code)
    )
    found: dict[int, list[list[Any]]] = {}
    for kit_id, code, units in execute(query):
        found.setdefault(kit_id, []).append([code, units])
    for recipe in found.values():
        recipe.sort()
    return found


def _parts(tx: Tx, codes: Iterable[str]) -> dict[str, Any]:
    rows = tx.execute(sa.select(Sku.id, Sku.code, Sku.kind).where(Sku.code.in_(sorted(codes)))).all()
    return {row.code: row for row in rows}


def _refuse_odd(recipe: Recipe, parts: Mapping[str, Any]) -> None:
    fields = {}
    for place, (code, _) in enumerate(recipe):
        part = parts.get(code)
        if part is None:
            fields[f"components.{place}.sku"] = f"There is no SKU {code}."
        elif part.kind != "stock":
            fields[f"components.{place}.sku"] = f"{code} is a {part.kind}; the parts of a kit are stock items."
    if fields:
        raise Invalid(" ".join(fields.values()), fields=fields)
