"""The cells of a catalogue that put its SKUs on preorder: checked before a row is taken, set after it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.catalog import lookup
from dashboard.catalog.bulk import SkuWish
from dashboard.channels.tables.columns import PREORDER
from dashboard.inventory import preorder
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.inventory.store.selling import preorders
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx

Outcome = tuple[int, str, str, str]


class Split(NamedTuple):
    """rows: without their cells of PREORDER, those that can be taken; wanted: preorder by line; refused: (line, outcome, field, why)."""

    rows: list[SkuWish]
    wanted: dict[int, SetPreorder]
    refused: list[Outcome]


def split(tx: Tx, wishes: Sequence[SkuWish]) -> Split:
    """Take the rows apart. A cell that is missing stays as it is stored."""
    asking = [wish for wish in wishes if not set(PREORDER).isdisjoint(wish.values)]
    found = Split([], {}, [])
    skus = lookup.skus(tx, [wish.code for wish in asking]) if asking else {}
    stored = preorders(tx.connection, [sku.id for sku in skus.values()])
    for wish in wishes:
        rest = {name: value for name, value in wish.values.items() if name not in PREORDER}
        if len(rest) < len(wish.values):
            sku = skus.get(wish.code)
            known = stored.get(sku.id) if sku else None
            day = wish.values.get("available_from", known.available_from if known else None)
            cap = wish.values.get("preorder_cap", known.cap if known and day is not None else None)
            command = SetPreorder(wish.code, day, cap)
            try:
                preorder.check(command, sku.kind if sku else rest.get("kind", "stock"))
            except Invalid as error:
                field, why = next(iter(error.facts["fields"].items()))
                found.refused.append((wish.line, "refused", field, why))
                continue
            found.wanted[wish.line] = command
        found.rows.append(wish._replace(values=rest))
    return found


def apply(tx: Tx, wanted: dict[int, SetPreorder], taken: Sequence[Sequence[Any]], actor: Actor, now: dt.datetime) -> list[Outcome]:
    """Set the preorders of the rows that were taken; one that nothing else changed is changed by that."""
    outcomes: list[Outcome] = []
    for line, outcome, field, why in taken:
        command = wanted.get(line)
        changed = command is not None and outcome != "refused" and preorder.set_preorder(tx, command, actor, now)
        outcomes.append((line, "changed" if changed and outcome == "unchanged" else outcome, field, why))
    return outcomes
