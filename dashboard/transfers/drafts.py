"""Draft a transfer, change the draft, cancel it: nothing of this moves stock."""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from dashboard.accounts import roles
from dashboard.catalog import lookup
from dashboard.inventory.model import Location
from dashboard.kernel import ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, IllegalTransition, Invalid
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx
from dashboard.transfers import rules
from dashboard.transfers.commands import CancelTransfer, DraftedLine, DraftTransfer, EditTransfer
from dashboard.transfers.events import TransferDrafted
from dashboard.transfers.model import Transfer, TransferLine
from dashboard.transfers.opened import MOST_NOTE, Opened, Place, Saved, Step, check_version, opened, take, write_step


@dataclasses.dataclass(frozen=True)
class _Checked:
    """A draft whose places and SKUs are known."""

    origin: Place
    target: Place
    draft: DraftTransfer
    sku_ids: dict[str, int]

    @property
    def lines(self) -> list[dict[str, object]]:
        return [{"sku": line.sku, "units": line.units} for line in self.draft.lines]


def draft_transfer(tx: Tx, command: DraftTransfer, actor: Actor, now: dt.datetime) -> Saved:
    """Write down what shall go where.

    Raises: Invalid, naming every field that is wrong (a transfer to itself, unknown or unused locations, unknown SKUs, units);
    Forbidden, when neither end is one of the actor's own locations.
    """
    checked = _checked(tx, command, actor)
    transfer_id = next_ids(tx, "transfer", 1)[0]
    number = rules.number_of(transfer_id)
    tx.execute(sa.insert(Transfer).values(id=transfer_id, number=number, status="draft", created_at=now, version=1, **_head(checked)))
    _write_lines(tx, transfer_id, checked)
    write_step(tx, transfer_id, 1, Step("drafted", "draft", checked.lines, note=command.note), actor, now)
    tx.record(
        TransferDrafted(transfer_id, 1, number, checked.origin.code, checked.target.code, checked.lines), actor, now
    )
    return Saved(transfer_id, number, "draft", 1)


def edit_transfer(tx: Tx, command: EditTransfer, actor: Actor, now: dt.datetime) -> Saved:
    """Replace a draft.

    Raises: as draft_transfer; Conflict, when somebody changed it meanwhile; IllegalTransition, once it has left.
    """
    transfer = opened(tx, command.number)
    if transfer.status != "draft":
        raise IllegalTransition(
            f"Transfer {transfer.number} is {transfer.status.replace('_', ' ')}; only a draft can be changed.", now=transfer.status
        )
    check_version(transfer, command.version)
    _check_reach(actor, transfer.origin, transfer.target)
    checked = _checked(tx, command.draft, actor)
    tx.execute(sa.delete(TransferLine).where(TransferLine.transfer_id == transfer.id))
    _write_lines(tx, transfer.id, checked)
    step = Step("edited", "draft", checked.lines, note=command.draft.note, head=_head(checked))
    return take(tx, transfer, step, actor, now)


def cancel_transfer(tx: Tx, command: CancelTransfer, actor: Actor, now: dt.datetime) -> Saved:
    """Drop a draft.

    Raises: IllegalTransition, once it has left (send it back instead); Conflict; Forbidden, as draft_transfer.
    """
    transfer = opened(tx, command.number)
    if transfer.status != "draft":
        raise IllegalTransition(
            f"Transfer {transfer.number} is {transfer.status.replace('_', ' ')}; only a draft can be cancelled."
            " Send back what is still on the way instead.",
            now=transfer.status,
        )
    check_version(transfer, command.version)
    _check_reach(actor, transfer.origin, transfer.target)
    return take(tx, transfer, Step("cancelled", "cancelled", (), note=command.note), actor, now)


def check_places(transfer: Opened) -> None:
    """Raises: Conflict, when a location went out of use since the draft was written."""
    closed = [place for place in (transfer.origin, transfer.target) if not place.active]
    if closed:
        names = " and ".join(place.code for place in closed)
        raise Conflict(f"{names} is not in use any more; change the draft first.", locations=[place.code for place in closed])


def _checked(tx: Tx, draft: DraftTransfer, actor: Actor) -> _Checked:
    draft = dataclasses.replace(draft, lines=tuple(DraftedLine(lookup.folded(line.sku), line.units) for line in draft.lines))
    fields = rules.draft_complaints(draft)
    if trouble := text.trouble(draft.note, MOST_NOTE):
        fields["note"] = trouble
    origin, target = (_place(tx, name, getattr(draft, name), fields) for name in ("from_location", "to_location"))
    sku_ids = _skus(tx, draft, fields)
    if fields or origin is None or target is None:
        raise Invalid(" ".join(dict.fromkeys(fields.values())), fields=fields)
    _check_reach(actor, origin, target)
    return _Checked(origin, target, draft, sku_ids)


def _place(tx: Tx, field: str, code: str, fields: dict[str, str]) -> Place | None:
    query = sa.select(Location.id, Location.code, Location.name, Location.active).where(Location.code == code)
    row = None if text.trouble(code, 20) else tx.execute(query).first()
    if row is None:
        fields[field] = f"There is no location {code[:20]}." if code else "Choose a location."
        return None
    if not row.active:
        fields[field] = f"{row.name} is not in use."
    return Place(*row)


def _skus(tx: Tx, draft: DraftTransfer, fields: dict[str, str]) -> dict[str, int]:
    known = lookup.skus(tx, [line.sku for line in draft.lines[: rules.MOST_LINES]])
    for place, line in enumerate(draft.lines[: rules.MOST_LINES]):
        if line.sku not in known:
            fields[f"lines.{place}.sku"] = f"There is no SKU {line.sku[:64]}." if line.sku else "Type a SKU or scan a barcode."
        elif known[line.sku].kind != "stock":
            fields[f"lines.{place}.sku"] = f"{line.sku} has no stock of its own."
    return {code: facts.id for code, facts in known.items()}


def _check_reach(actor: Actor, origin: Place, target: Place) -> None:
    if not (roles.reaches_location(actor, origin.code) or roles.reaches_location(actor, target.code)):
        own = ", ".join(actor.locations or ())
        raise Forbidden(f"You work at {own}; this goes from {origin.code} to {target.code}.", location=origin.code)


def _head(checked: _Checked) -> dict[str, object]:
    return {
        "from_location_id": checked.origin.id,
        "to_location_id": checked.target.id,
        "note": ids.mask_cards(checked.draft.note),
        "expected_on": checked.draft.expected_on,
    }


def _write_lines(tx: Tx, transfer_id: int, checked: _Checked) -> None:
    nothing = dict.fromkeys(("sent", "received", "damaged", "lost", "returned"), 0)
    rows = [
        {"transfer_id": transfer_id, "position": place, "sku_id": checked.sku_ids[line.sku], "units": line.units, **nothing}
        for place, line in enumerate(checked.draft.lines)
    ]
    tx.execute(sa.insert(TransferLine), rows)
