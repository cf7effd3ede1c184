"""Take an order: check it, decide stock, write it with its lines. Payment and fulfilment join in channels.actions.place_order."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.catalog import lookup
from dashboard.catalog.lookup import SkuFacts
from dashboard.inventory import allocation, hold_use
from dashboard.inventory.allocation import Decision
from dashboard.inventory.calendars import Calendar
from dashboard.kernel import clock, crash, ids, secrets, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import InsufficientStock, Invalid, TryAgain
from dashboard.kernel.statements import Prepared, insert_into, next_ids
from dashboard.kernel.tx import Tx
from dashboard.orders import admission, derive, kits, shortage
from dashboard.orders.commands import CaptureOrder, DraftLine
from dashboard.orders.events import OrderCaptured
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rules import Derived, Facts, views_of
from dashboard.orders.rules import derive as derive_headlines
from dashboard.routing import deciding as routing
from dashboard.routing.commands import Wish

FIRST_NUMBER = 10_000

ORDER_COLUMNS = tuple(
    """
    id number channel external_id status phase fulfilment_status payment_status readiness work views customer_ref
    customer_name email phone ship_name ship_line1 ship_line2 ship_city ship_region ship_postal_code
    ship_country currency lines_total tax shipping discount total authorized captured refunded voided pay_on
    line_count unit_count open_holds open_returns parcel_problem placed_at ship_by ready_at shipped_at
    delivered_at tracking_hash tracking_rotation version
    """.split()
)
LINE_COLUMNS = (
    "id",
    "order_id",
    "position",
    "sku_id",
    "sku_code",
    "name",
    "ordered",
    "unit_price_e4",
    "tax",
    "discount",
    "total",
    "cancelled",
    "backordered",
    "allocated",
    "picked",
    "packed",
    "shipped",
    "delivered",
    "returned",
)
_INSERT = insert_into(Order, *ORDER_COLUMNS)
_INSERT_UNLESS_KNOWN = Prepared(postgresql=_INSERT.on("postgresql").text + " ON CONFLICT DO NOTHING")
_INSERT_LINES = insert_into(
    OrderLine,
    *(name for name in LINE_COLUMNS if name not in ("cancelled", "picked", "returned")),
    zero=("cancelled", "picked", "returned"),
)
_KNOWN = Prepared(
    sqlite="SELECT id, number, version FROM orders WHERE channel = :channel AND external_id = :external_id",
    postgresql="SELECT id, number, version FROM orders WHERE channel = %(channel)s AND external_id = %(external_id)s",
)
_FIRST_PLACE = Prepared(
    sqlite="SELECT cutoff, time_zone, working_days, holidays FROM location WHERE active = 1 ORDER BY priority, id LIMIT 1",
    postgresql="SELECT cutoff, time_zone, working_days, holidays FROM location WHERE active ORDER BY priority, id LIMIT 1",
)


class Line(NamedTuple):
    """A line with everything decided; ids are those of its row. sku is None for an item no catalogue knows."""

    id: int
    position: int
    draft: DraftLine
    sku: SkuFacts | None
    unit_price_e4: int
    total: int
    allocated: int
    backordered: int


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
    demands = kits.demands(drafts, parts)
    held = hold_use.claim(tx, command.stock_hold, command.channel, actor, now) if command.stock_hold else None
    channel, kept = "" if command.sold else command.channel, held.units if held else None
    routed = routing.decide(tx, demands, _wish(command, drafts), now, channel, kept)
    if command.on_shortage == "refuse" and not command.sold:
        _refuse_short(kits.short_of(drafts, demands, routed.decision))
    order_id = next_ids(tx, "orders", 1)[0]
    decision = routing.keep(tx, routed, order_id, now)
    line_ids = next_ids(tx, "order_line", len(drafts)) if drafts else []
    lines = tuple(
        _line(line_id, index, draft, sku, command.currency, decision)
        for line_id, (index, draft, sku) in zip(line_ids, drafts, strict=True)
    )
    preorders = shortage.count_waiting(tx, lines, now.date(), sold=command.sold)
    token = tracking_token(order_id)
    row = _row(tx, command, order_id, lines, decision, now) | {"tracking_hash": ids.token_hash(token)}
    if not tx.is_sqlite and command.external_id is not None:
        _insert_or_again(tx, row)
    else:
        tx.run(_INSERT, **row)
    done = row["status"] == "completed"
    tx.run_many(_INSERT_LINES, [_line_row(order_id, line, done=done) for line in lines])
    if parts:
        kits.keep_recipes(tx, [(line.id, line.sku) for line in lines], parts)
    if held:
        hold_use.use(tx, held, decision, order_id, actor, now)
    crash.point("capture_lines_written")
    allocation.allocate(tx, decision, order_id, {line.position - 1: line.id for line in lines}, actor, now)
    crash.point("capture_stock_taken")
    derive.count(tx, order_id, frozenset(), frozenset(row["views"].split()))
    captured = Captured(
        order_id,
        row["number"],
        1,
        created=True,
        lines=lines,
        total=row["total"],
        decision=decision,
        headlines=Derived(row["status"], row["fulfilment_status"], row["payment_status"], row["phase"], row["readiness"]),
        ship_by=clock.moment(row["ship_by"]),
        tracking_token=token,
        preorders=preorders,
    )
    tx.record(_event(command, captured), actor, now)
    return captured


def _wish(command: CaptureOrder, drafts: Sequence[tuple[int, DraftLine, SkuFacts | None]]) -> Wish:
    """What routing may look at."""
    value = 0
    for _, draft, sku in drafts:
        price = sku.unit_price_e4 if draft.unit_price_e4 is None and sku else draft.unit_price_e4
        value += draft.quantity * (price or 0)
    whole = command.on_shortage == "refuse" and not command.sold
    return Wish(command.ship_to.country, command.ship_to.postal_code, value, whole)


def _known(tx: Tx, command: CaptureOrder) -> Captured | None:
    found = tx.run(_KNOWN, channel=command.channel, external_id=command.external_id).fetchone()
    return Captured(*found, created=False) if found else None


def _insert_or_again(tx: Tx, row: dict[str, Any]) -> None:
    """PostgreSQL: two captures of one external id at once; the second waits, then runs again and finds the first."""
    if not tx.run(_INSERT_UNLESS_KNOWN, **row).rowcount:
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
    allocated = draft.quantity if _is_service(sku) else decision.allocated(index)
    return Line(line_id, index + 1, draft, sku, price, total, allocated, draft.quantity - allocated)


def _is_service(sku: SkuFacts | None) -> bool:
    return sku is not None and sku.kind == "service"


def _line_row(order_id: int, line: Line, *, done: bool) -> dict[str, Any]:
    """A service has nothing to pick: it counts as packed and leaves with the goods; done: at once, when there are none."""
    service = _is_service(line.sku)
    return {
        "id": line.id,
        "order_id": order_id,
        "position": line.position,
        "sku_id": line.sku.id if line.sku else None,
        "sku_code": line.sku.code if line.sku else lookup.folded(line.draft.sku)[:64],
        "name": line.draft.name or (line.sku.name if line.sku else line.draft.sku),
        "ordered": line.draft.quantity,
        "unit_price_e4": line.unit_price_e4,
        "tax": line.draft.tax,
        "discount": line.draft.discount,
        "total": line.total,
        "backordered": line.backordered,
        "allocated": 0 if service else line.allocated,
        "packed": line.allocated if service and not done else 0,
        "shipped": line.allocated if done else 0,
        "delivered": line.allocated if done else 0,
    }


def _row(
    tx: Tx, command: CaptureOrder, order_id: int, lines: tuple[Line, ...], decision: Decision, now: dt.datetime
) -> dict[str, Any]:
    placed_at = command.placed_at or now
    sums = _sums(command, lines)
    total = sums["total"]
    units_ = sum(line.draft.quantity for line in lines)
    backordered = sum(line.backordered for line in lines)
    authorized = command.payment.authorized if command.payment else 0
    work = "allocated" if decision.takes else None
    services_alone = bool(lines) and all(_is_service(line.sku) for line in lines)
    done = units_ if services_alone and (authorized >= total or command.pay_on != "placing") else 0
    headlines = derive_headlines(
        Facts(
            *("open", units_, 0, backordered, units_ - backordered - done, 0, 0),
            shipped=done,
            delivered=done,
            total=total,
            authorized=authorized,
            captured=0,
            refunded=0,
            voided=0,
            pay_on=command.pay_on,
            work=work,
            open_holds=0,
        )
    )
    due = _ship_by(tx, decision, placed_at)
    waits = headlines.phase in ("on_hold", "payment_due")
    return {
        "id": order_id,
        "number": str(FIRST_NUMBER + order_id),
        "channel": command.channel,
        "external_id": command.external_id,
        **headlines._asdict(),
        "work": work,
        "views": derive.views_text(views_of(headlines.status, headlines.phase, work)),
        **_people(command),
        "currency": command.currency,
        **sums,
        "authorized": authorized,
        "captured": 0,
        "refunded": 0,
        "voided": 0,
        "pay_on": command.pay_on,
        "line_count": len(lines),
        "unit_count": units_,
        "open_holds": 0,
        "open_returns": 0,
        "parcel_problem": False,
        "placed_at": clock.micros(placed_at),
        "ship_by": clock.micros(due),
        "ready_at": None if waits else clock.micros(placed_at),
        "shipped_at": clock.micros(now) if done else None,
        "delivered_at": clock.micros(now) if done else None,
        "tracking_rotation": 0,
        "version": 1,
    }


def _sums(command: CaptureOrder, lines: tuple[Line, ...]) -> dict[str, int]:
    """Minor units. Raises: Invalid, when the total is below zero or more than we count."""
    goods = sum(line.total for line in lines)
    tax, discount = sum(line.draft.tax for line in lines), sum(line.draft.discount for line in lines)
    total = goods + tax + command.shipping - discount
    if not 0 <= total <= units.MOST_MINOR:
        raise Invalid("The order's total is out of range.", fields={"lines": "total out of range"})
    return {"lines_total": goods, "tax": tax, "shipping": command.shipping, "discount": discount, "total": total}


def _people(command: CaptureOrder) -> dict[str, str | None]:
    customer, to = command.customer, command.ship_to
    return {
        "customer_ref": customer.ref or None,
        "customer_name": ids.mask_cards(customer.name)[:200],
        "email": customer.email,
        "phone": customer.phone,
        "ship_name": ids.mask_cards(to.name or customer.name)[:200],
        "ship_line1": to.line1,
        "ship_line2": to.line2,
        "ship_city": to.city,
        "ship_region": to.region,
        "ship_postal_code": to.postal_code,
        "ship_country": to.country,
    }


def _ship_by(tx: Tx, decision: Decision, placed_at: dt.datetime) -> dt.datetime:
    """The promise of the first location that sends something, or else of the shop's first location."""
    if decision.takes:
        first = decision.takes[0]
        sender = next(balance for balance in decision.stock[first.sku_id] if balance.location_id == first.location_id)
        return sender.calendar.ship_by(placed_at)
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
