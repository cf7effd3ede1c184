"""What the API says about orders: the whole of it to those who may see money and people, the work to everybody else."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.channels.actions import Placed
from dashboard.kernel import clock, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.kernel.outbox import Recorded
from dashboard.notifications import outgoing
from dashboard.orders import addresses
from dashboard.orders.capture import tracking_token
from dashboard.orders.commands import Address, CaptureOrder
from dashboard.orders.rows import Line
from dashboard.orders.sight import shown_name, sight_of
from dashboard.orders.store.record import AMOUNTS, COUNTERS, named_amounts
from dashboard.promises.store import Headline, Promise

BRIEF = (
    "id",
    "number",
    "channel",
    "external_id",
    "status",
    "phase",
    "fulfilment_status",
    "payment_status",
    "readiness",
    "currency",
    "total",
    "version",
    "placed_at",
    "ship_by",
    "lines",
)
"""What placing an order answers, new or known."""
PLAIN_DATA = frozenset(
    "number before after status phase units kind lines short carrier tracking_number location_id location sku reason changes cause"
    " because".split()
)
"""Event data without money and people."""
_NO_UNITS = dict.fromkeys(COUNTERS, 0)
LINE_MONEY = ("unit_price", "tax", "discount", "total", "taxes", "discounts")


def placed(found: Placed, command: CaptureOrder, now: Any, base: str) -> dict[str, Any]:
    """A new order, from the values its transaction wrote. base: address of this site, ending in a slash."""
    captured, headlines = found.captured, found.captured.headlines
    assert headlines is not None
    return {
        "id": str(found.id),
        "number": found.number,
        "channel": command.channel,
        "external_id": command.external_id,
        "status": headlines.status,
        "phase": headlines.phase,
        "fulfilment_status": headlines.fulfilment_status,
        "payment_status": headlines.payment_status,
        "readiness": headlines.readiness,
        "currency": command.currency,
        "total": units.decimal_text(captured.total, command.currency),
        "version": found.version,
        "placed_at": clock.iso(command.placed_at or now),
        "ship_by": clock.iso(captured.ship_by),
        "lines": [_placed_line(line, command.currency) for line in captured.lines],
        "tracking_url": f"{base}t/{found.tracking_token}",
        **_warnings(command.ship_to),
    }


def _warnings(address: Address) -> dict[str, Any]:
    """What is doubtful about the address, where something is: the order was taken as it came."""
    found = [{"field": trouble.field, "message": trouble.message} for trouble in addresses.troubles(address)]
    return {"warnings": found} if found else {}


def _placed_line(line: Line, currency: str) -> dict[str, Any]:
    sku, draft = line.sku, line.draft
    packed = line.allocated if sku is not None and sku.kind == "service" else 0
    return {
        "sku": sku.code if sku else draft.sku,
        "name": draft.name or (sku.name if sku else draft.sku),
        "quantity": draft.quantity,
        "unit_price": units.price_text(line.unit_price_e4, currency),
        "tax": units.decimal_text(draft.tax, currency),
        "discount": units.decimal_text(draft.discount, currency),
        "total": units.decimal_text(line.total, currency),
        "taxes": named_amounts(draft.taxes, currency),
        "discounts": named_amounts(draft.discounts, currency),
        **_NO_UNITS,
        "allocated": line.allocated - packed,
        "backordered": line.backordered,
        "packed": packed,
        "promise": None,  # made once the order is committed
    }


def known(record: Mapping[str, Any], rotation: int, base: str) -> dict[str, Any]:
    """An order that was there already, in the shape of a new one."""
    return {
        **{name: record[name] for name in BRIEF},
        "tracking_url": f"{base}t/{tracking_token(int(record['id']), rotation)}",
    }


def seen_by(record: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The order as this actor may see it."""
    sight = sight_of(actor)
    if sight.full:
        return record
    plain = {name: value for name, value in record.items() if name not in (*AMOUNTS, "taxes", "discounts")}
    plain["customer"] = {"name": shown_name(record["customer"]["name"], sight)}
    plain["lines"] = [{name: value for name, value in line.items() if name not in LINE_MONEY} for line in record["lines"]]
    if not sight.ship_to:
        address = record["shipping_address"]
        plain["shipping_address"] = {name: address[name] for name in ("city", "country")}
        plain.pop("notes", None)
    return plain


def with_promises(record: dict[str, Any], promised: Sequence[Promise | None], actor: Actor) -> dict[str, Any]:
    """The order with what each of its lines is promised, in their order."""
    lines = [line | {"promise": _promise(one, actor)} for line, one in zip(record["lines"], promised, strict=True)]
    return record | {"lines": lines}


def _promise(one: Promise | None, actor: Actor) -> dict[str, Any] | None:
    if one is None:
        return None
    told = {
        "units": one.units,
        "preorder": one.preorder,
        "promised_on": one.on.isoformat() if one.on else None,
        "basis": one.basis,
        "late": one.late,
        "moved_from": one.moved_from.isoformat() if one.moved and one.moved_from else None,
    }
    if actor.channel is None:
        told |= {"purchase_order": one.number, "moved_because": one.moved_because if one.moved else None}
    return told


def row(found: Any, promised: Headline | None, actor: Actor) -> dict[str, Any]:
    """One order of a list. promised: of what waits, None when nothing does."""
    sight = sight_of(actor)
    shown = {
        "id": str(found.id),
        "number": found.number,
        "channel": found.channel,
        "status": found.status,
        "phase": found.phase,
        "fulfilment_status": found.fulfilment_status,
        "payment_status": found.payment_status,
        "readiness": found.readiness,
        "customer": {"name": shown_name(found.customer_name, sight)},
        "line_count": found.line_count,
        "unit_count": found.unit_count,
        "placed_at": clock.iso(found.placed_at),
        "ship_by": clock.iso(found.ship_by),
        "promise": _headline(promised) if promised else None,
        "version": found.version,
    }
    if sight.full:
        shown |= {"currency": found.currency, "total": units.decimal_text(found.total, found.currency)}
    return shown


def _headline(promised: Headline) -> dict[str, Any]:
    moved = promised.moved_from.isoformat() if promised.moved_from else None
    day = promised.on.isoformat() if promised.on else None
    return {"promised_on": day, "preorder": promised.preorder, "late": promised.late, "moved_from": moved}


def event(found: Recorded, actor: Actor) -> dict[str, Any]:
    """One event of the log."""
    full = sight_of(actor).full
    return {
        "seq": found.seq,
        "type": found.type,
        "entity": found.entity,
        "id": found.id,
        "version": found.version,
        "at": clock.iso(found.at),
        "actor": found.actor_name,
        "data": found.data if full else {name: value for name, value in found.data.items() if name in PLAIN_DATA},
    }


def returned(record: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """The return as this actor may see it."""
    if sight_of(actor).full:
        return record
    return record | {"lines": [{name: value for name, value in line.items() if name not in LINE_MONEY} for line in record["lines"]]}


def check_channel(actor: Actor, channel: str, number: str) -> None:
    """A channel's token knows only its own orders: another's is not there for it.

    Raises: NotFound.
    """
    if actor.channel is not None and channel != actor.channel:
        raise NotFound(f"There is no order {number[:40]!r}.", near=[])


def check_notify(notify: bool, email: str, what: str = "the order") -> None:
    """Raises: Invalid, when the customer is to be told and cannot be."""
    if notify and (why := outgoing.why_not(email, what)):
        raise Invalid(f"The customer cannot be told: {why}.", fields={"notify": why})
