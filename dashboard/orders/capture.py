"""Take an order: check it, decide stock, write it with its lines. Payment and fulfilment join in channels.actions.place_order."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.catalog import lookup
from dashboard.catalog.lookup import SkuFacts
from dashboard.inventory import allocation, hold_use, preorder
from dashboard.inventory.allocation import Decision
from dashboard.inventory.calendars import Calendar
from dashboard.inventory.commands import Demand
from dashboard.inventory.sellable import Terms
from dashboard.kernel import crash, secrets, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import InsufficientStock, Invalid, TryAgain
from dashboard.kernel.statements import Prepared, next_ids
from dashboard.kernel.tx import Tx
from dashboard.orders import admission, derive, kits, naming, rows, shortage
from dashboard.orders.commands import CaptureOrder, DraftLine
from dashboard.orders.events import OrderCaptured
from dashboard.orders.rows import Fresh, Line
from dashboard.orders.rules import Derived
from dashboard.routing import deciding as routing
from dashboard.routing.commands import Wish

_KNOWN = Prepared(
    sqlite="SELECT id, number, version FROM orders WHERE channel = :channel AND external_id = :external_id",
    postgresql="SELECT id, number, version FROM orders WHERE channel = %(channel)s AND external_id = %(external_id)s",
    apart=True,
)
_FIRST_PLACE = Prepared(
    sqlite="SELECT cutoff, time_zone, working_days, holidays FROM location WHERE active = 1 ORDER BY priority, id LIMIT 1",
    postgresql="SELECT cutoff, time_zone, working_days, holidays FROM location WHERE active ORDER BY priority, id LIMIT 1",
)


class Captured(NamedTuple):
    """An order as written in this transaction. created is False for one that was known; then only id, number, version are given.

    preorders: ids of the SKUs whose waiting units were sold on preorder.
    """

    id: int
    number: str
    version: int
    created: bool
    lines: tuple[Line, ...] = ()
    total: int = 0
    decision: Decision | None = None
    headlines: Derived | None = None
    ship_by: dt.datetime | None = None
    tracking_token: str = ""
    preorders: frozenset[int] = frozenset()


def tracking_token(order_id: int, rotation: int = 0) -> str:
    """The customer's secret for the tracking page; only its hash is stored."""
    return secrets.token_for("tracking", order_id, rotation)


def capture_order(tx: Tx, command: CaptureOrder, actor: Actor, now: dt.datetime) -> Captured:
    """Write the order with a stock decision for every line; a known (channel, external_id) gives the order that exists.

    Raises: Invalid (facts: fields), for what is missing, malformed or unknown; InsufficientStock (facts: short), when refusing or
    when more would wait than a SKU allows; Conflict, for a stock hold another order has used.
    """
    admission.check(command)
    if command.external_id is not None and (known := _known(tx, command)):
        return known
    skus = _skus(tx, command)
    drafts = [(index, draft, skus.get(lookup.folded(draft.sku))) for index, draft in enumerate(command.lines)]
    parts = kits.parts_of(tx, skus.values())
    demands = kits.demands(drafts, parts, preorder.later(tx, parts, now.date()) if parts else ())
    held = hold_use.claim(tx, command.stock_hold, command.channel, actor, now) if command.stock_hold else None
    terms = Terms(command.channel, command.sold, now.date())
    routed = routing.decide(tx, demands, _wish(command, drafts), now, terms, held and held.units)
    if command.on_shortage == "refuse" and not command.sold:
        _refuse_short(_short_of(tx, drafts, demands, routed.decision, now.date()))
    order_id = next_ids(tx, "orders", 1)[0]
    decision = routing.keep(tx, routed, order_id, now)
    line_ids = next_ids(tx, "order_line", len(drafts)) if drafts else []
    lines = tuple(
        [
            _line(line_id, index, draft, sku, command.currency, decision)
            for line_id, (index, draft, sku) in zip(line_ids, drafts, strict=True)
        ]
    )
    preorders = shortage.count_waiting(tx, lines, now.date(), sold=command.sold)
    token, due = tracking_token(order_id), _ship_by(tx, decision, command.placed_at or now)
    work = ("allocated", decision.takes[0].location_id) if decision.takes else (None, None)
    fresh = rows.order_row(command, order_id, lines, *work, due, token, now)
    _insert(tx, fresh, command)
    tx.add(rows.INSERT_LINES, [rows.line_row(order_id, line, done=fresh.is_done) for line in lines])
    _keep_names(tx, lines)
    if parts:
        kits.keep_recipes(tx, [(line.id, line.sku) for line in lines], parts)
    if held:
        hold_use.use(tx, held, decision, order_id, actor, now)
    crash.point("capture_lines_written")
    allocation.allocate(tx, decision, order_id, {line.position - 1: line.id for line in lines}, actor, now)
    crash.point("capture_stock_taken")
    derive.count(tx, order_id, frozenset(), fresh.views)
    captured = Captured(
        order_id,
        fresh.number,
        1,
        created=True,
        lines=lines,
        total=fresh.total,
        decision=decision,
        headlines=fresh.headlines,
        ship_by=due,
        tracking_token=token,
        preorders=preorders,
    )
    tx.record(_event(command, captured), actor, now)
    return captured


def _keep_names(tx: Tx, lines: Sequence[Line]) -> None:
    """The taxes and discounts that were given by name."""
    named = ((line.id, line.draft.taxes, line.draft.discounts) for line in lines if line.draft.taxes or line.draft.discounts)
    if names := {
        (line_id, kind): entries
        for line_id, taxes, discounts in named
        for kind, entries in (("tax", taxes), ("discount", discounts))
        if entries
    }:
        naming.keep(tx, names)


def _wish(command: CaptureOrder, drafts: Sequence[tuple[int, DraftLine, SkuFacts | None]]) -> Wish:
    """What routing may look at."""
    value = 0
    for _, draft, sku in drafts:
        price = sku.unit_price_e4 if draft.unit_price_e4 is None and sku else draft.unit_price_e4
        value += draft.quantity * (price or 0)
    whole = command.on_shortage == "refuse" and not command.sold
    return Wish(command.ship_to.country, command.ship_to.postal_code, value, whole)


def _known(tx: Tx, command: CaptureOrder) -> Captured | None:
    found = tx.fresh("order").get((command.channel, command.external_id))
    found = found or tx.run(_KNOWN, channel=command.channel, external_id=command.external_id).fetchone()
    return Captured(*found, created=False) if found else None


def _insert(tx: Tx, fresh: Fresh, command: CaptureOrder) -> None:
    """PostgreSQL: of two captures of one external id at once, the second waits, then runs again and finds the first."""
    if tx.is_sqlite or command.external_id is None:
        tx.add(rows.INSERT, [fresh.row])
        tx.fresh("order")[command.channel, command.external_id] = (fresh.row[0], fresh.number, 1)
    elif not tx.add(rows.INSERT_UNLESS_KNOWN, [fresh.row]):
        raise TryAgain


def _skus(tx: Tx, command: CaptureOrder) -> dict[str, SkuFacts]:
    codes = {lookup.folded(line.sku) for line in command.lines}
    found = lookup.skus(tx, codes) if codes else {}
    unknown = codes - set(found)
    if unknown and not command.sold:
        fields = {
            f"lines.{index}.sku": "unknown SKU" for index, line in enumerate(command.lines) if lookup.folded(line.sku) in unknown
        }
        raise Invalid(
            f"Unknown SKU {', '.join(sorted(unknown))[:200]}; check the code or create it first.",
            fields=fields,
            unknown=sorted(unknown)[:50],
        )
    if not command.sold:
        _refuse_inactive(command, found)
    return found


def _refuse_inactive(command: CaptureOrder, skus: dict[str, SkuFacts]) -> None:
    inactive = {code for code, sku in skus.items() if not sku.active}
    if inactive:
        fields = {
            f"lines.{index}.sku": "not for sale any more"
            for index, line in enumerate(command.lines)
            if lookup.folded(line.sku) in inactive
        }
        raise Invalid(f"{', '.join(sorted(inactive))[:200]} is not for sale any more; choose another SKU.", fields=fields)


def _short_of(
    tx: Tx, drafts: kits.Drafts, demands: Sequence[Demand], decision: Decision, today: dt.date
) -> list[dict[str, Any]]:
    """What is short and must not be: an item on preorder is sold to wait for its day."""
    if not kits.short_of(drafts, demands, decision):
        return []
    later = preorder.later(tx, {sku.id for _, _, sku in drafts if sku}, today)
    here = [draft for draft in drafts if draft[2] is None or draft[2].id not in later]
    lines = {index for index, _, _ in here}
    takes = [take for take in decision.takes if take.line in lines]
    return kits.short_of(here, [demand for demand in demands if demand.line in lines], decision._replace(takes=takes))


def _refuse_short(short: list[dict[str, Any]]) -> None:
    if short:
        text = "; ".join(f"{item['sku']}: {item['wanted']} wanted, {item['available']} available" for item in short)
        raise InsufficientStock(f"Not enough stock. {text}. Order fewer, or allow backorder.", short=short)


def _line(line_id: int, index: int, draft: DraftLine, sku: SkuFacts | None, currency: str, decision: Decision) -> Line:
    price = draft.unit_price_e4
    if price is None:
        if sku is not None and sku.currency != currency:
            raise Invalid(
                f"{sku.code} is priced in {sku.currency}; give its unit price in {currency}.",
                fields={f"lines.{index}.unit_price": f"required in {currency}"},
            )
        price = sku.unit_price_e4 if sku else 0
    total = units.extended(draft.quantity, price, currency)
    if total > units.MOST_MINOR or draft.discount > total + draft.tax:
        raise Invalid("The line's amount is out of range.", fields={f"lines.{index}.discount": "more than the line is worth"})
    allocated = draft.quantity if sku is not None and sku.kind == "service" else decision.allocated(index)
    return Line(line_id, index + 1, draft, sku, price, total, allocated, draft.quantity - allocated)


def _ship_by(tx: Tx, decision: Decision, placed_at: dt.datetime) -> dt.datetime:
    """The promise of the first location that sends something, or else of the shop's first location."""
    if decision.takes:
        first = decision.takes[0]
        sender = next(balance for balance in decision.stock[first.sku_id] if balance.location_id == first.location_id)
        return sender.calendar.ship_by(placed_at, decision.behind)
    place = tx.run(_FIRST_PLACE).fetchone()
    return (Calendar(*place) if place else Calendar(16 * 60 + 30, "UTC")).ship_by(placed_at)


def _event(command: CaptureOrder, captured: Captured) -> OrderCaptured:
    assert captured.headlines is not None
    return OrderCaptured(
        id=captured.id,
        version=1,
        order_id=captured.id,
        number=captured.number,
        channel=command.channel,
        external_id=command.external_id,
        status=captured.headlines.status,
        phase=captured.headlines.phase,
        total=captured.total,
        currency=command.currency,
        lines=[[line.sku.code if line.sku else line.draft.sku, line.draft.quantity] for line in captured.lines],
        short=[[line.sku.code if line.sku else line.draft.sku, line.backordered] for line in captured.lines if line.backordered],
        preorder=[line.sku.code for line in captured.lines if line.backordered and line.sku and line.sku.id in captured.preorders],
    )
