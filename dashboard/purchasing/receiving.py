"""What happens at the dock: a delivery arrives, its units are put on the shelf, by line or by scan."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.catalog.model import Sku
from dashboard.catalog.rules import fold_code
from dashboard.inventory import balances, putting
from dashboard.inventory.balances import Move
from dashboard.inventory.bins import folded
from dashboard.inventory.model import Location
from dashboard.inventory.putting import Came
from dashboard.kernel import clock, ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_UNITS
from dashboard.purchasing.commands import ReceiptItem, ReceivePurchase, RecordArrival, ScanReceipt
from dashboard.purchasing.events import PurchaseArrived, PurchaseReceived
from dashboard.purchasing.model import PurchaseReceipt
from dashboard.purchasing.opened import LINE, ORDER, OpenLine, SavedOrder, change, lines_of, locked
from dashboard.purchasing.rules import INCOMING, OVER_REASONS, PURCHASE_ORDER, current_arrival, most_over, status_after

RECEIPT: Any = PurchaseReceipt.__table__
MOST_NOTE = 2_000


class Scanned(NamedTuple):
    """What a scan did. orders: [(number, units received of it)]; left: units of the SKU still due here; bin: where they lie, or ''."""

    sku: str
    name: str
    units: int
    state: str
    orders: list[tuple[str, int]]
    left: int
    available: int
    bin: str = ""


class Wanted(NamedTuple):
    """One receipt item beside its line. surplus: units above the order."""

    line: OpenLine
    item: ReceiptItem
    surplus: int


def record_arrival(tx: Tx, command: RecordArrival, actor: Actor, now: dt.datetime) -> SavedOrder:
    """A delivery of this purchase order stands at the dock; what is received from now on came with it.

    Raises: NotFound; Conflict, when nothing of it is on its way; Invalid, for a moment in the future; Forbidden, elsewhere.
    """
    row = locked(tx, command.number, None)
    reach.assert_location(actor, row.location)
    _check_incoming(row)
    at = command.at or now
    if at > now:
        raise Invalid("A delivery cannot have arrived in the future.", fields={"arrived_at": "in the future"})
    saved = change(tx, row, arrived_at=at)
    tx.record(PurchaseArrived(row.id, saved.version, row.number, str(clock.iso(at))), actor, now)
    return saved


def receive_purchase(tx: Tx, command: ReceivePurchase, actor: Actor, now: dt.datetime) -> SavedOrder:
    """Put units on the shelf, the damaged ones apart, all in one transaction.

    Raises: NotFound, for the order or a SKU that is not on it; Invalid (fields: items.N.units and the like), above the order, out of
    range, or without the lots (items.N.lots) or serial numbers of a SKU that has them; Conflict, when the version is another or
    nothing is on its way; Forbidden, at a location that is not the actor's.
    """
    text.kept("key", command.key or "", 120)
    row = locked(tx, command.number, command.version if command.key is None else None)
    if command.key and _known(tx, row.id, command.key):
        return SavedOrder(row.id, row.number, row.status, row.version)
    reach.assert_location(actor, row.location)
    _check_incoming(row)
    lines = lines_of(tx, row.id)
    wanted = _checked(command, row.number, lines)
    _put_away(tx, row, wanted, command, actor, now)
    return _settle(tx, row, lines, wanted, command, actor, now)


def _check_incoming(row: Any) -> None:
    if row.status not in INCOMING:
        hint = {
            "draft": "place it first",
            "received": "book a surplus as an adjustment, “Received without an order”",
            "cancelled": "ask whoever cancelled it",
        }[row.status]
        raise Conflict(f"{row.number} is {row.status}; {hint}.", status=row.status)


def _known(tx: Tx, order_id: int, key: str) -> bool:
    query = sa.select(RECEIPT.c.id).where(RECEIPT.c.purchase_order_id == order_id, RECEIPT.c.key == key).limit(1)
    return tx.execute(query).first() is not None


def _checked(command: ReceivePurchase, number: str, lines: Sequence[OpenLine]) -> list[Wanted]:
    if command.over_reason and command.over_reason not in OVER_REASONS:
        raise Invalid(f"Choose why: {', '.join(OVER_REASONS)}.", fields={"over_reason": "choose a reason"})
    text.kept("note", command.note, MOST_NOTE)
    if not command.items:
        raise Invalid("Say how many units came.", fields={"items": "at least one"})
    by_code = {line.sku: line for line in lines}
    found: dict[int, Wanted] = {}
    for index, item in enumerate(command.items):
        line = by_code.get(fold_code(item.sku))
        if line is None:
            message = f"{item.sku[:64]} is not on {number}."
            raise NotFound(message, sku=item.sku[:64], fields={f"items.{index}.sku": message})
        if line.id in found:
            message = f"{line.sku} is named twice; count it together."
            raise Invalid(message, fields={f"items.{index}.sku": message})
        found[line.id] = _checked_item(index, item, line, command.over_reason)
    return sorted(found.values(), key=lambda wanted: wanted.line.sku_id)


def _checked_item(index: int, item: ReceiptItem, line: OpenLine, over_reason: str) -> Wanted:
    if not 1 <= item.units <= MOST_UNITS:
        message = f"{line.sku}: receive between 1 and {MOST_UNITS} units."
        raise Invalid(message, fields={f"items.{index}.units": message})
    if not 0 <= item.damaged <= item.units:
        message = f"{line.sku}: of {item.units} units 0 to {item.units} can be damaged."
        raise Invalid(message, fields={f"items.{index}.damaged": message})
    surplus = max(0, item.units - line.left)
    most = max(0, most_over(line.ordered) - line.surplus) if not line.cancelled else 0
    if surplus and not over_reason:
        message = f"{line.sku}: {line.left} of {line.ordered} units are still to come, not {item.units}."
        if most:
            message += f" Up to {most} more can be taken with a reason."
        raise Invalid(message, fields={f"items.{index}.units": message}, left=line.left, most_over=most)
    if surplus > most:
        message = f"{line.sku}: {line.left} units are still to come and at most {most} more can be taken, not {item.units}."
        raise Invalid(message, fields={f"items.{index}.units": message}, left=line.left, most_over=most)
    return Wanted(line, replace(item, given=item.given.at(f"items.{index}.")), surplus)


def _put_away(tx: Tx, row: Any, wanted: list[Wanted], command: ReceivePurchase, actor: Actor, now: dt.datetime) -> None:
    """Lines, receipts, balances, the ledger and bins; balances are locked in the order of their SKUs."""
    receipt_ids = next_ids(tx, "purchase_receipt", len(wanted))
    note = ids.mask_cards(command.note) or None
    moves = []
    came: list[Came] = []
    fields = {fold_code(item.sku): f"items.{index}.bin" for index, item in enumerate(command.items)}
    for receipt_id, (line, item, surplus) in zip(receipt_ids, wanted, strict=True):
        balance = balances.at(tx, line.sku_id, row.location_id)
        if balance.on_hand + item.units > MOST_UNITS:
            raise Invalid(f"{line.sku}: a shelf holds at most {MOST_UNITS} units.", fields={"units": "out of range"})
        counted = sa.update(LINE).where(LINE.c.id == line.id, LINE.c.received == line.received)
        done = tx.execute(counted.values(received=line.received + item.units, surplus=line.surplus + surplus))
        if done.rowcount != 1:
            raise RuntimeError(f"line {line.id} of {row.number} changed under its lock")
        tx.execute(
            sa.insert(RECEIPT).values(
                id=receipt_id,
                purchase_order_id=row.id,
                line_id=line.id,
                units=item.units,
                damaged=item.damaged,
                surplus=surplus,
                over_reason=command.over_reason if surplus else None,
                note=note,
                arrived_at=current_arrival(row.arrived_at, now),
                received_at=now,
                actor=actor.ref,
                actor_name=actor.name,
                key=command.key,
            )
        )
        moves.append(
            Move(
                balance,
                "received",
                on_hand=item.units,
                damaged=item.damaged,
                cause=f"purchase_order:{row.id}",
                note=f"{row.number}: {note}" if note else row.number,
                key=f"purchase_receipt:{receipt_id}",
                given=item.given,
            )
        )
        if item.bin.strip():
            came.append(Came(balance, item.bin, item.units - item.damaged, fields[line.sku]))
    balances.move(tx, moves, actor, now)
    putting.put_received(tx, came, f"purchase_order:{row.id}", actor, now)


def _settle(
    tx: Tx, row: Any, lines: Sequence[OpenLine], wanted: list[Wanted], command: ReceivePurchase, actor: Actor, now: dt.datetime
) -> SavedOrder:
    came = {line.id: item.units for line, item, _ in wanted}
    status = status_after((line.ordered, line.received + came.get(line.id, 0), line.cancelled) for line in lines)
    if status != row.status:
        PURCHASE_ORDER.check(row.status, status)
    closed = {"closed_at": now, "closed_by": actor.name, "arrived_at": None} if status == "received" else {}
    saved = change(tx, row, status=status, **closed)
    said = [[line.sku, item.units, item.damaged] for line, item, _ in wanted]
    reason = command.over_reason if any(surplus for _, _, surplus in wanted) else None
    sku_ids = tuple(line.sku_id for line, _, _ in wanted)
    tx.record(PurchaseReceived(row.id, saved.version, row.number, status, said, reason, sku_ids), actor, now)
    return saved


def scan_receipt(tx: Tx, command: ScanReceipt, actor: Actor, now: dt.datetime) -> Scanned:
    """Receive units of a scanned SKU against the purchase orders due at the location, the earliest first.

    Raises: NotFound, for a code that is no SKU; Conflict, when none is due here; Invalid, for more units than are due, or a bin that is
    not in use here.
    """
    reach.assert_location(actor, command.location)
    sku = _sku_of(tx, command.code)
    if not 1 <= command.units <= MOST_UNITS:
        raise Invalid(f"Receive between 1 and {MOST_UNITS} units.", fields={"units": "out of range"})
    if command.state not in ("good", "damaged"):
        raise Invalid("A unit is good or damaged.", fields={"state": "good or damaged"})
    due = _due(tx, sku.id, command.location)
    total = sum(left for _, left in due)
    if not total:
        raise Conflict(
            f"No purchase order brings {sku.code} to {command.location} now. Put it aside and ask, or book it as an adjustment,"
            " “Received without an order”.",
            sku=sku.code,
        )
    if command.units > total:
        raise Invalid(
            f"{total} of {sku.code} are still to come, not {command.units}. Count again; a surplus is received on its purchase order"
            " with a reason.",
            fields={"units": f"at most {total}"},
            sku=sku.code,
        )
    taken = _shares(due, command.units)
    given = command.given
    for number, units in taken:
        share, given = given.split(units) if len(taken) > 1 else (given, given)
        item = ReceiptItem(sku.code, units, units if command.state == "damaged" else 0, share, command.bin)
        receive_purchase(tx, ReceivePurchase(number, (item,)), actor, now)
    place = tx.execute(sa.select(Location.id).where(Location.code == command.location)).scalar_one()
    available = balances.at(tx, sku.id, place).available
    into = folded(command.bin) if command.state == "good" else ""
    return Scanned(sku.code, sku.name, command.units, command.state, taken, total - command.units, available, into)


def _sku_of(tx: Tx, typed: str) -> Any:
    code = fold_code(typed)
    known = None if not code or text.trouble(code, 64) else tx.execute(
        sa.select(Sku.id, Sku.code, Sku.name).where(sa.or_(Sku.code == code, Sku.barcode == code)).order_by(Sku.code != code).limit(1)
    ).first()  # fmt: skip
    if known is None:
        shown = typed.strip()[:40]
        raise NotFound(
            f"“{shown}” is no SKU, no barcode and no bin in use here. Scan the unit's own label, not the carton's."
            if shown
            else "Scan something.",
            fields={"code": "unknown code"},
        )
    return known


def _due(tx: Tx, sku_id: int, location: str) -> list[tuple[str, int]]:
    """[(number, units left)] of open purchase orders, the earliest first; locked, so that two scanners take turns."""
    left = LINE.c.ordered - LINE.c.received - LINE.c.cancelled
    query = (
        sa.select(ORDER.c.id)
        .join(LINE, LINE.c.purchase_order_id == ORDER.c.id)
        .join(Location, Location.id == ORDER.c.location_id)
        .where(LINE.c.sku_id == sku_id, Location.code == location, ORDER.c.status.in_(INCOMING), left > 0)
    )
    order_ids = list(tx.execute(query).scalars())
    if not order_ids:
        return []
    tx.execute(sa.select(ORDER.c.id).where(ORDER.c.id.in_(order_ids)).order_by(ORDER.c.id).with_for_update()).all()
    rows = tx.execute(
        sa.select(ORDER.c.number, left)
        .join(LINE, LINE.c.purchase_order_id == ORDER.c.id)
        .where(ORDER.c.id.in_(order_ids), LINE.c.sku_id == sku_id, ORDER.c.status.in_(INCOMING), left > 0)
        .order_by(ORDER.c.expected_on, ORDER.c.id)
    )
    return [(row[0], int(row[1])) for row in rows]


def _shares(due: Sequence[tuple[str, int]], units: int) -> list[tuple[str, int]]:
    """Which purchase order gets how many of the units, the earliest first."""
    found = []
    for number, left in due:
        share = min(left, units)
        if share:
            found.append((number, share))
        units -= share
    return found
