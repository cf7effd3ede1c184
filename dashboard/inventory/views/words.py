"""Stock in words: what a ledger row says, and why there are so many."""

from types import SimpleNamespace

from dashboard.counts.rules import number_of_cause as count_of_cause
from dashboard.inventory.rules import REASONS
from dashboard.inventory.store import Entry, MatrixRow, Totals
from dashboard.inventory.store.bins import Moved
from dashboard.transfers.rules import number_of_cause as transfer_of_cause

KINDS = {
    "received": ("Received", "arrow-up"),
    "allocated": ("Allocated", "ring"),
    "released": ("Released", "return"),
    "picked": ("Picked", "dot"),
    "shipped": ("Shipped", "truck"),
    "returned": ("Returned", "return"),
    "adjusted": ("Adjusted", "pencil"),
    "counted": ("Counted", "check"),
    "transferred_out": ("Transferred out", "arrow-right"),
    "transferred_in": ("Transferred in", "arrow-left"),
    "held": ("Held", "pause"),
    "unheld": ("Hold ended", "return"),
    "state_changed": ("State changed", "tag"),
    "opened": ("Opening lot", "arrow-up"),
    "unpicked": ("Put back", "return"),
    "transfer_lost": ("Lost on the way", "cross"),
}
SERIAL_STATES = {
    "in_stock": "In stock",
    "picked": "Picked",
    "in_transit": "In transit",
    "shipped": "Shipped",
    "scrapped": "Scrapped",
}
BUCKETS = {"on_hand": "on hand", "allocated": "allocated", "held": "held", "damaged": "damaged", "quarantine": "quarantine"}
SHORT = {
    "cancelled": "order cancelled",
    "short_not_found": "not found",
    "short_damaged": "damaged",
    "short_wrong_bin": "wrong bin",
    "repair": "repaired: ledger and balance differed",
    "kit_incomplete": "kit incomplete",
    "to_bin": "put where nothing is picked from",
    "from_bin": "taken out of a bin that is not picked from",
}
IN_BINS = {
    "put_away": ("Put away", "arrow-up"),
    "received": ("Received", "package"),
    "moved_in": ("Moved in", "arrow-right"),
    "moved_out": ("Moved out", "arrow-left"),
    "picked": ("Picked", "barcode"),
}


def entry(row: Entry) -> SimpleNamespace:
    """A ledger row for its template. delta: of on hand, 0 when only other buckets moved; others: their deltas in words."""
    word, icon = KINDS.get(row.kind, (row.kind.replace("_", " ").capitalize(), "dot"))
    others = [f"{signed(units)} {BUCKETS[bucket]}" for bucket, units in row.change.items() if bucket != "on_hand"]
    reason = REASONS.get(row.reason or "", SHORT.get(row.reason or "", (row.reason or "").replace("_", " ")))
    delta = row.change.get("on_hand", 0)
    return SimpleNamespace(
        id=row.id,
        at=row.at,
        location=row.location,
        word=word,
        icon=icon,
        delta=delta,
        sign="+" if delta > 0 else "-" if delta < 0 else "",
        shown=signed(delta),
        others=", ".join(others),
        reason=reason,
        note=row.note,
        order_id=row.order_id,
        cause=row.cause,
        transfer=transfer_of_cause(row.cause),
        count=count_of_cause(row.cause),
        by=row.actor_name,
        after=row.on_hand_after,
        allocated_after=row.allocated_after,
    )


def bin_entry(row: Moved) -> SimpleNamespace:
    """A row of a bin's ledger for its template. What took units out of the building has the word it has in the stock ledger."""
    word, icon = IN_BINS.get(row.kind) or KINDS.get(row.kind, (row.kind.replace("_", " ").capitalize(), "dot"))
    return SimpleNamespace(
        id=row.id,
        at=row.at,
        sku=row.sku,
        word=word,
        icon=icon,
        sign="+" if row.units > 0 else "-",
        shown=signed(row.units),
        after=row.units_after,
        transfer=transfer_of_cause(row.cause),
        count=count_of_cause(row.cause),
        by=row.actor_name,
    )


def signed(units: int) -> str:
    """+3, −2, 0: with a true minus sign."""
    return f"+{units:,}" if units > 0 else f"−{-units:,}" if units < 0 else "0"


def explained(why: Totals) -> list[tuple[str, str]]:
    """[(sign and units, word)] that add up to on hand, the largest gains first."""
    parts = sorted(why.by_kind.items(), key=lambda item: -item[1])
    return [(signed(units), KINDS.get(kind, (kind, ""))[0].lower()) for kind, units in parts]


def total(row: MatrixRow) -> SimpleNamespace:
    """The buckets over all locations."""
    sums = {name: sum(getattr(cell, name) for cell in row.cells.values()) for name in (*BUCKETS, "safety", "reorder_point")}
    return SimpleNamespace(**sums, available=row.available, level=row.level)
