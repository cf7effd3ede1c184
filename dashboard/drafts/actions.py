"""Save, place and discard drafts; one event per version."""

import datetime as dt
import json
from typing import NamedTuple

from dashboard.channels.actions import Placed, place_order
from dashboard.channels.desk import place_paid_order
from dashboard.drafts import rules
from dashboard.drafts.commands import DiscardDraft, PlaceDraft, SaveDraft
from dashboard.drafts.events import DraftMoved
from dashboard.drafts.model import OrderDraft
from dashboard.kernel import crash, ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, NotFound
from dashboard.kernel.tx import Tx

MOST_DOCUMENT = 400_000


class Saved(NamedTuple):
    id: int
    version: int


def save_draft(tx: Tx, command: SaveDraft, actor: Actor, now: dt.datetime) -> Saved:
    """Keep the form as it was typed, complete or not.

    Raises: Invalid, for a quote without a day it holds to; NotFound; Conflict, when somebody saved, placed or discarded it meanwhile.
    """
    rules.check_kind(command.kind, command.valid_until, now.date())
    document = ids.mask_cards(text.kept("draft", json.dumps(dict(command.document)), MOST_DOCUMENT))
    values = command.document["values"]
    row = open_draft(tx, command.draft_id, command.version) if command.draft_id is not None else None
    before = row.status if row else None
    if row is None:
        row = OrderDraft(status="draft", created_by=actor.name, created_at=now, version=0, copied_from_id=command.copied_from)
        tx.orm.add(row)
    row.kind, row.valid_until = command.kind, command.valid_until
    row.customer_name = ids.mask_cards(values.get("customer_name", ""))[:200]
    row.currency = values.get("currency", "")[:3]
    row.line_count, row.total = len(command.document["lines"]), command.total
    row.document = document
    _move(tx, row, before, "draft", actor, now)
    return Saved(row.id, row.version)


def place_draft(tx: Tx, command: PlaceDraft, actor: Actor, now: dt.datetime) -> Placed:
    """Take the order of a draft: stock, payment and work as for every other order, in the same transaction.

    Raises: as place_order; Conflict, when somebody changed it meanwhile, or a quote's last day is over.
    """
    row = open_draft(tx, command.draft_id, command.version)
    if rules.has_ended(row.kind, row.valid_until, now.date()):
        raise Conflict(
            f"This quote held until {row.valid_until}. Save it with a later day first.", valid_until=str(row.valid_until)
        )
    tx.flush()
    placed = (place_paid_order if command.paid else place_order)(tx, command.capture, actor, now)
    crash.point("draft_order_taken")
    row.order_id = placed.id
    _move(tx, row, "draft", "open", actor, now, placed.id, placed.number)
    return placed


def discard_draft(tx: Tx, command: DiscardDraft, actor: Actor, now: dt.datetime) -> Saved:
    """Raises: NotFound; Conflict, when somebody changed it meanwhile; IllegalTransition, when it is placed or discarded."""
    row = open_draft(tx, command.draft_id, command.version)
    _move(tx, row, "draft", "discarded", actor, now)
    return Saved(row.id, row.version)


def open_draft(tx: Tx, draft_id: int, version: int | None) -> OrderDraft:
    """The draft's row, locked.

    Raises: NotFound; Conflict, when it is placed or discarded, or is not what the person saw any more (facts: version).
    """
    row = tx.orm.get(OrderDraft, draft_id, with_for_update=True) if draft_id < 2**63 else None
    if row is None:
        raise NotFound("This draft does not exist.")
    if row.status != "draft":
        word = "placed" if row.status == "open" else "discarded"
        raise Conflict(f"{row.updated_by} has {word} this {row.kind} already.", status=row.status)
    if version is not None and version != row.version:
        raise Conflict(
            f"{row.updated_by} saved this {row.kind} while you worked on it. Nothing of yours is saved yet.",
            version=row.version,
            seen=version,
        )
    return row


def _move(
    tx: Tx,
    row: OrderDraft,
    before: str | None,
    after: str,
    actor: Actor,
    now: dt.datetime,
    order_id: int | None = None,
    number: str | None = None,
) -> None:
    if before is not None and before != after:
        rules.DRAFT.check(before, after)
    row.status, row.updated_by, row.updated_at = after, actor.name, now
    row.version += 1
    tx.flush()
    tx.record(DraftMoved(row.id, row.version, row.kind, before, after, row.line_count, order_id, number), actor, now)
