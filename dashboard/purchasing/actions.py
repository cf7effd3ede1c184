"""What people do to purchase orders: write and change a draft, place it, close it short, cancel it."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.inventory.model import Location
from dashboard.kernel import ids, text, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx
from dashboard.purchasing.commands import (
    CancelPurchaseOrder,
    CloseShort,
    EditDraft,
    PlacePurchaseOrder,
    PurchaseDraft,
    ReschedulePurchase,
)
from dashboard.purchasing.events import (
    PurchaseCancelled,
    PurchaseClosedShort,
    PurchaseDrafted,
    PurchaseEdited,
    PurchasePlaced,
    PurchaseRescheduled,
)
from dashboard.purchasing.model import Supplier, SupplierSku
from dashboard.purchasing.opened import LINE, ORDER, SavedOrder, change, lines_of, locked
from dashboard.purchasing.rules import CANCEL_REASONS, INCOMING, PURCHASE_ORDER, SHORT_REASONS
from dashboard.purchasing.suppliers import MOST_COST, stock_sku

FIRST_NUMBER = 1000
MOST_LINES = 500
MOST_NOTE = 2_000
FIRST_YEAR, LAST_YEAR = 1970, 2200


def create_purchase_order(tx: Tx, command: PurchaseDraft, actor: Actor, now: dt.datetime) -> SavedOrder:
    """Write a draft. Returns it.

    Raises: Invalid, per field; NotFound, for an unknown SKU; Forbidden, at a location that is not the actor's.
    """
    order_id = next_ids(tx, "purchase_order", 1)[0]
    values, lines = _checked(tx, command, actor, now)
    number = f"PO-{FIRST_NUMBER + order_id}"
    made = {"id": order_id, "number": number, "status": "draft", "version": 1, "created_at": now, "created_by": actor.name}
    tx.execute(sa.insert(ORDER).values(**made, **values))
    _write_lines(tx, order_id, lines)
    said = [[line["sku"], line["ordered"]] for line in lines]
    tx.record(PurchaseDrafted(order_id, 1, number, command.supplier, command.location, said), actor, now)
    return SavedOrder(order_id, number, "draft", 1)


def edit_draft(tx: Tx, command: EditDraft, actor: Actor, now: dt.datetime) -> SavedOrder:
    """Write a draft anew.

    Raises: as create_purchase_order; NotFound; Conflict, when it was changed meanwhile or is no draft any more.
    """
    row = locked(tx, command.number, command.version)
    if row.status != "draft":
        raise Conflict(f"{row.number} is {row.status.replace('_', ' ')}; only a draft can be changed.", status=row.status)
    values, lines = _checked(tx, command.draft, actor, now)
    tx.execute(sa.delete(LINE).where(LINE.c.purchase_order_id == row.id))
    _write_lines(tx, row.id, lines)
    saved = change(tx, row, **values)
    tx.record(PurchaseEdited(row.id, saved.version, row.number, [[line["sku"], line["ordered"]] for line in lines]), actor, now)
    return saved


def place_purchase_order(tx: Tx, command: PlacePurchaseOrder, actor: Actor, now: dt.datetime) -> SavedOrder:
    """The supplier has it: its units are incoming. Raises: NotFound; Conflict; IllegalTransition."""
    row = locked(tx, command.number, command.version)
    status = PURCHASE_ORDER.check(row.status, "ordered")
    saved = change(tx, row, status=status, ordered_at=now, ordered_by=actor.name)
    tx.record(PurchasePlaced(row.id, saved.version, row.number, row.expected_on.isoformat(), _sku_ids(tx, row.id)), actor, now)
    return saved


def reschedule_purchase(tx: Tx, command: ReschedulePurchase, actor: Actor, now: dt.datetime) -> SavedOrder:
    """What is still to come is expected on another day: what can be promised when follows it.

    Raises: Invalid, for no day or one out of range; NotFound; Conflict, when nothing of it is on its way.
    """
    day = command.expected_on
    if day is None:
        raise Invalid("Write a day like 2026-12-01.", fields={"expected_on": "a day like 2026-12-01"})
    _check_day(day)
    row = locked(tx, command.number, command.version)
    if row.status not in INCOMING:
        raise Conflict(f"{row.number} is {row.status}; nothing of it is on its way.", status=row.status)
    if day == row.expected_on:
        return SavedOrder(row.id, row.number, row.status, row.version)
    saved = change(tx, row, expected_on=day)
    said = row.expected_on.isoformat(), day.isoformat()
    tx.record(PurchaseRescheduled(row.id, saved.version, row.number, *said, _sku_ids(tx, row.id)), actor, now)
    return saved


def cancel_purchase_order(tx: Tx, command: CancelPurchaseOrder, actor: Actor, now: dt.datetime) -> SavedOrder:
    """Nothing of it will come. Raises: Invalid, for no reason of ours; NotFound; Conflict; IllegalTransition, once units came."""
    _check_reason(command.reason, CANCEL_REASONS)
    row = locked(tx, command.number, command.version)
    status = PURCHASE_ORDER.check(row.status, "cancelled")
    tx.execute(sa.update(LINE).where(LINE.c.purchase_order_id == row.id).values(cancelled=LINE.c.ordered))
    saved = change(tx, row, status=status, closed_at=now, closed_by=actor.name, close_reason=command.reason)
    tx.record(PurchaseCancelled(row.id, saved.version, row.number, command.reason, _sku_ids(tx, row.id)), actor, now)
    return saved


def close_short(tx: Tx, command: CloseShort, actor: Actor, now: dt.datetime) -> SavedOrder:
    """What has not come will not come: the difference stays on record.

    Raises: Invalid, for no reason of ours; NotFound; Conflict, before anything came (cancel it) or after all has.
    """
    _check_reason(command.reason, SHORT_REASONS)
    row = locked(tx, command.number, command.version)
    if row.status != "partially_received":
        hint = "nothing came yet: cancel it instead" if row.status == "ordered" else "there is nothing to close"
        raise Conflict(f"{row.number} is {row.status.replace('_', ' ')}; {hint}.", status=row.status)
    missing = [line for line in lines_of(tx, row.id) if line.left]
    for line in missing:
        tx.execute(sa.update(LINE).where(LINE.c.id == line.id).values(cancelled=LINE.c.cancelled + line.left))
    saved = change(tx, row, status="received", closed_at=now, closed_by=actor.name, close_reason=command.reason, arrived_at=None)
    said, sku_ids = [[line.sku, line.left] for line in missing], tuple(line.sku_id for line in missing)
    tx.record(PurchaseClosedShort(row.id, saved.version, row.number, command.reason, said, sku_ids), actor, now)
    return saved


def _sku_ids(tx: Tx, order_id: int) -> tuple[int, ...]:
    return tuple(line.sku_id for line in lines_of(tx, order_id))


def _check_day(day: dt.date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("That day is out of range.", fields={"expected_on": f"between {FIRST_YEAR} and {LAST_YEAR}"})


def _check_reason(reason: str, known: dict[str, str]) -> None:
    if reason not in known:
        raise Invalid(f"Choose why: {', '.join(known)}.", fields={"reason": "choose a reason"})


def _write_lines(tx: Tx, order_id: int, lines: list[dict[str, Any]]) -> None:
    for position, line in enumerate(lines, 1):
        values = {name: value for name, value in line.items() if name != "sku"}
        tx.execute(
            sa.insert(LINE).values(purchase_order_id=order_id, position=position, received=0, surplus=0, cancelled=0, **values)
        )


def _checked(tx: Tx, draft: PurchaseDraft, actor: Actor, now: dt.datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The columns of the order and of its lines."""
    supplier = None if text.trouble(draft.supplier, 80) else tx.execute(sa.select(Supplier.__table__).where(
        Supplier.name == draft.supplier.strip()
    )).first()  # fmt: skip
    if supplier is None:
        message = f"There is no supplier {draft.supplier[:80]!r}." if draft.supplier else "Choose a supplier."
        raise Invalid(message, fields={"supplier": message})
    place = None if text.trouble(draft.location, 20) else tx.execute(
        sa.select(Location.id).where(Location.code == draft.location)
    ).scalar()  # fmt: skip
    if place is None:
        message = f"There is no location {draft.location[:20]!r}." if draft.location else "Choose a location."
        raise Invalid(message, fields={"location": message})
    reach.assert_location(actor, draft.location)
    expected = draft.expected_on or now.date() + dt.timedelta(days=supplier.lead_days)
    _check_day(expected)
    values = {
        "supplier_id": supplier.id,
        "location_id": place,
        "expected_on": expected,
        "currency": supplier.currency,
        "note": ids.mask_cards(text.kept("note", draft.note.strip(), MOST_NOTE)),
    }
    return values, _checked_lines(tx, draft, supplier.id)


def _checked_lines(tx: Tx, draft: PurchaseDraft, supplier_id: int) -> list[dict[str, Any]]:
    if not 1 <= len(draft.lines) <= MOST_LINES:
        raise Invalid(f"A purchase order has 1 to {MOST_LINES} lines.", fields={"lines": f"1 to {MOST_LINES} lines"})
    found: dict[int, dict[str, Any]] = {}
    for index, line in enumerate(draft.lines):
        sku = stock_sku(tx, line.sku, f"lines.{index}.sku")
        if not 1 <= line.units <= units.MOST_UNITS:
            message = f"{sku.code}: order between 1 and {units.MOST_UNITS} units."
            raise Invalid(message, fields={f"lines.{index}.units": message})
        if sku.id in found:
            message = f"{sku.code} is on this purchase order twice; make it one line."
            raise Invalid(message, fields={f"lines.{index}.sku": message})
        cost = line.unit_cost_e4 if line.unit_cost_e4 is not None else _known_cost(tx, sku.id, supplier_id)
        if not 0 <= cost <= MOST_COST:
            raise Invalid(f"{sku.code}: that cost is out of range.", fields={f"lines.{index}.unit_cost": "out of range"})
        found[sku.id] = {"sku_id": sku.id, "ordered": line.units, "unit_cost_e4": cost, "sku": sku.code}
    return list(found.values())


def _known_cost(tx: Tx, sku_id: int, supplier_id: int) -> int:
    known = sa.select(SupplierSku.unit_cost_e4).where(SupplierSku.sku_id == sku_id, SupplierSku.supplier_id == supplier_id)
    return tx.execute(known).scalar() or 0
