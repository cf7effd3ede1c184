"""What the page of one transfer shows: gathered once for the page, its parts and its forms."""

from types import SimpleNamespace
from typing import Any

from werkzeug.datastructures import MultiDict

from dashboard.accounts.roles import reaches_location
from dashboard.inventory.store import away
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.transfers import arriving, store
from dashboard.transfers.arriving import TypedCounts
from dashboard.transfers.rules import LOSS_REASONS, ON_THE_WAY
from dashboard.transfers.store import LineRow, Row
from dashboard.transfers.views import words
from dashboard.web import access, once


def parts_of(row: Row) -> dict[str, Any]:
    """The parts that are also pushed: head, lines and steps."""
    connection = reader()
    return {
        "transfer": row,
        "progress": words.progress(row),
        "lines": store.lines(connection, row.id),
        "steps": [words.step(step) for step in store.steps(connection, row.id)],
    }


def values_of(number: str) -> dict[str, Any]:
    """Everything of the page, with empty forms. Raises: NotFound."""
    row = store.transfer(reader(), number)
    values = parts_of(row)
    blank = typed_of(values["lines"], MultiDict())
    return {
        **values,
        "may": may(access.actor(), row),
        "receipt": blank,
        "loss": blank,
        "going": typed_of(values["lines"], MultiDict()),
        "away": away.on_the_way(reader(), f"transfer:{row.id}") if row.status in ON_THE_WAY else {},
        "on_the_way": [line for line in values["lines"] if line.in_transit],
        "short": [line for line in values["lines"] if line.available < line.units] if row.status == "draft" else [],
        "reasons": [("", "Choose why"), *LOSS_REASONS.items()],
        "problem": None,
        "scanned": None,
        "new_key": once.fresh_key,
    }


def typed_of(lines: list[LineRow], sent: MultiDict[str, str]) -> TypedCounts:
    """What a form says of the lines that have units on the way; of a draft, of all of them."""
    concerned = [line for line in lines if line.in_transit or not line.tally.sent]
    tracks = {line.id: line.tracks for line in concerned if line.tracks != "none"}
    return arriving.read({line.id: line.sku for line in concerned}, sent, tracks)


def may(actor: Actor, row: Row) -> SimpleNamespace:
    """What this person may do to this transfer now. why: the reason where their location does not allow it."""
    writes = actor.may("stock.adjust")
    sends, receives = (reaches_location(actor, code) for code in (row.from_code, row.to_code))
    is_draft, is_moving = row.status == "draft", row.status in ON_THE_WAY
    return SimpleNamespace(
        edit=writes and is_draft and (sends or receives),
        dispatch=writes and is_draft and sends,
        receive=writes and is_moving and receives,
        send_back=writes and is_moving and sends,
        elsewhere=writes and ((is_draft and not sends) or (is_moving and not receives)),
        own=", ".join(actor.locations or ()),
    )
