"""Lines of kits: what they demand of the shelves, what is short of them, and the recipe each line keeps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dashboard.catalog import lookup
from dashboard.catalog.lookup import KitPart, SkuFacts
from dashboard.inventory.allocation import Decision
from dashboard.inventory.commands import Demand
from dashboard.kernel.statements import insert_into
from dashboard.kernel.tx import Tx
from dashboard.orders.commands import DraftLine
from dashboard.orders.model import OrderLinePart

Drafts = Sequence[tuple[int, DraftLine, SkuFacts | None]]
_INSERT = insert_into(OrderLinePart, "order_line_id", "sku_id", "units")


def parts_of(tx: Tx, skus: Iterable[SkuFacts]) -> dict[int, list[KitPart]]:
    """The parts of the kits among these SKUs, by the kit's id; without a kit nothing is asked."""
    kits = [sku.id for sku in skus if sku.kind == "kit"]
    return lookup.kit_parts(tx, kits) if kits else {}


def demands(drafts: Drafts, parts: Mapping[int, Sequence[KitPart]], later: Collection[int] = ()) -> list[Demand]:
    """What the lines want of the shelves: a kit wants its parts; one that is on preorder (later) wants nothing yet."""
    found = []
    for index, draft, sku in drafts:
        if sku is not None and sku.kind == "stock":
            found.append(Demand(index, sku.id, sku.code, draft.quantity))
        elif sku is not None and sku.kind == "kit" and sku.id not in later:
            found += [Demand(index, part.sku_id, part.code, draft.quantity * part.units, part.units) for part in parts[sku.id]]
    return found


def short_of(drafts: Drafts, wanted: Sequence[Demand], decision: Decision) -> list[dict[str, Any]]:
    """What the decision could not give: SKUs with all that the order wants of them, in kits too, and kits that lack another part."""
    if sum(demand.units for demand in wanted) == sum(take.units for take in decision.takes):
        return []
    total: dict[int, int] = {}
    missing: dict[int, int] = {}
    for demand in wanted:
        total[demand.sku_id] = total.get(demand.sku_id, 0) + demand.units
        if not demand.per:
            missing[demand.sku_id] = missing.get(demand.sku_id, 0) + demand.units
    for take in decision.takes:
        if not take.per:
            missing[take.sku_id] -= take.units
    there = {sku: sum(units for _, units in decision.shelves.get(sku, ())) for sku in missing}
    named = {sku for sku, units in missing.items() if units or total[sku] > there[sku]}
    codes = {demand.sku_id: demand.sku for demand in wanted}
    short = [{"sku": codes[sku], "wanted": total[sku], "available": there[sku]} for sku in missing if sku in named]
    explained = {demand.line for demand in wanted if demand.sku_id in named}
    for index, draft, sku in drafts:
        if sku is not None and sku.kind == "kit" and index not in explained:
            given = decision.allocated(index)
            short += [{"sku": sku.code, "wanted": draft.quantity, "available": given}] * (given < draft.quantity)
    return short


def keep_recipes(tx: Tx, lines: Iterable[tuple[int, SkuFacts | None]], parts: Mapping[int, Sequence[KitPart]]) -> None:
    """Keep with each kit's line (id, SKU) what it is made of today."""
    rows = [
        {"order_line_id": line_id, "sku_id": part.sku_id, "units": part.units}
        for line_id, sku in lines
        if sku is not None and sku.kind == "kit"
        for part in parts[sku.id]
    ]
    if rows:
        tx.run_many(_INSERT, rows)
