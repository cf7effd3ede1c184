"""What the shelves and the routing rules say to a plan: read as they are for a preview, locked first for a write."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.catalog import lookup
from dashboard.editing.commands import AddLine
from dashboard.editing.facts import Facts, Held
from dashboard.editing.rules import field_of
from dashboard.fulfilment import rules as work_rules
from dashboard.fulfilment.model import FulfilmentOrder
from dashboard.inventory import allocation, balances
from dashboard.inventory.channel_model import SkuBackorder
from dashboard.inventory.model import Location, StockBalance
from dashboard.kernel import units
from dashboard.kernel.tx import Tx
from dashboard.orders import kits
from dashboard.routing import engine, load, refusals
from dashboard.routing import rules as routing_rules
from dashboard.routing.commands import Wish
from dashboard.routing.deciding import Known
from dashboard.routing.model import RoutingRuleSet

_AVAILABLE = StockBalance.on_hand - StockBalance.allocated - StockBalance.held - StockBalance.damaged - StockBalance.quarantine


class Routing(NamedTuple):
    """By which rules, and what they may look at."""

    by: Known
    wish: Wish


def with_stock(
    tx: Tx, facts: Facts, values: Mapping[str, Any], adds: Sequence[AddLine], now: dt.datetime, *, lock: bool
) -> tuple[Facts, Routing]:
    """The facts with shelves, new SKUs and routing. lock: the balances, in key order, before they are read."""
    skus = lookup.skus(tx, {lookup.folded(add.sku) for add in adds}) if adds else {}
    parts = kits.parts_of(tx, skus.values())
    wanted = {part.sku_id for recipe in parts.values() for part in recipe} | {
        sku.id for sku in skus.values() if sku.kind == "stock"
    }
    touched = [line for line in facts.lines if values[field_of(line.id, "quantity")] != line.live]
    for line in touched:
        wanted |= {part.sku_id for share in line.shares for part in share.parts} | {part.sku_id for part in line.recipe}
        if line.sku_id is not None and line.kind == "stock":
            wanted.add(line.sku_id)
    if lock and wanted:
        balances.locked(tx, wanted)
    lines = {line.sku_id for line in touched if line.sku_id is not None} | {sku.id for sku in skus.values()}
    routing = routing_of(tx, facts, now)
    facts = replace(
        facts,
        skus=skus,
        parts=parts,
        shelves=_held(tx, sorted(wanted)),
        waits=_waits(tx, sorted(lines), now.date()),
        choose=lambda demands, shelves: allocation.chosen(
            demands, shelves, lambda d, s: engine.route(routing.by.rule_set, d, s, routing.wish), routing.wish.excluded
        ),
    )
    return facts, routing


def _held(tx: Tx, sku_ids: Sequence[int]) -> dict[int, list[Held]]:
    """Per SKU id, best location first; active locations only."""
    query = (
        sa.select(StockBalance.sku_id, StockBalance.location_id, _AVAILABLE.label("available"), StockBalance.safety)
        .join(Location, Location.id == StockBalance.location_id)
        .where(StockBalance.sku_id.in_(sku_ids), Location.active)
        .order_by(Location.priority, Location.id)
    )
    found: dict[int, list[Held]] = {}
    for row in tx.execute(query) if sku_ids else ():
        found.setdefault(row.sku_id, []).append(Held(row.location_id, row.available, row.safety))
    return found


def _waits(tx: Tx, sku_ids: Sequence[int], today: dt.date) -> dict[int, int | None]:
    """Units that may still wait per SKU; one that nobody decided about is missing: any number, when an order asks for that."""
    found: dict[int, int | None] = {}
    for row in tx.execute(sa.select(SkuBackorder.__table__).where(SkuBackorder.sku_id.in_(sku_ids))) if sku_ids else ():
        preorder = row.preorder_from is not None and row.preorder_from > today
        cap = row.preorder_cap if preorder else row.cap
        if row.policy == "refused" and not preorder:
            found[row.sku_id] = 0
        elif cap is not None and (preorder or row.policy == "allowed"):
            found[row.sku_id] = max(0, cap - row.open_units)
    return found


def routing_of(tx: Tx, facts: Facts, now: dt.datetime) -> Routing:
    """The rules that are on, and the order as they look at it."""
    row = tx.execute(sa.select(RoutingRuleSet.fingerprint, RoutingRuleSet.document).where(RoutingRuleSet.state == "on")).first()
    rule_set = routing_rules.rule_set_of(json.loads(row.document)) if row else routing_rules.DEFAULT
    by = Known(row.fingerprint if row else "", rule_set, rule_set.rule("capacity_left_today") is not None)
    sending = tx.execute(
        sa.select(FulfilmentOrder.location_id)
        .where(FulfilmentOrder.order_id == facts.id, FulfilmentOrder.status.in_((*work_rules.OPEN, "shipped", "closed")))
        .distinct()
        .order_by(FulfilmentOrder.location_id)
    ).scalars()
    wish = Wish(
        facts.header["ship_country"],
        facts.header["ship_postal_code"],
        facts.sums["lines_total"] * 10 ** (4 - units.digits(facts.currency)),
        excluded=refusals.rejecting(tx, facts.id),
        sending=tuple(sending),
        load=load.today(tx, now) if by.counts else {},
    )
    return Routing(by, wish)
