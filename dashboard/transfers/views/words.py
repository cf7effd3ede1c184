"""Transfers in words: how far one is, and what each step did."""

from types import SimpleNamespace

from dashboard.transfers.rules import LOSS_REASONS, VIEWS
from dashboard.transfers.store import Row, StepRow

STEPS = {
    "drafted": ("Drafted", "pencil"),
    "edited": ("Draft changed", "pencil"),
    "dispatched": ("Dispatched", "truck"),
    "received": ("Received", "package"),
    "settled": ("Written off", "cross"),
    "sent_back": ("Sent back", "return"),
    "cancelled": ("Cancelled", "ban"),
}
COUNTERS = {"units": "units", "received": "received", "damaged": "damaged", "lost": "lost", "returned": "returned"}
MOST_LINES = 8


def step(row: StepRow) -> SimpleNamespace:
    """A step for the timeline. text: with its units; details: what it did per SKU."""
    word, icon = STEPS[row.kind]
    total = {name: sum(line.get(name, 0) for line in row.lines) for name in COUNTERS}
    counted = ", ".join(f"{units:,} {COUNTERS[name]}" for name, units in total.items() if units)
    details = [_line(line) for line in row.lines[:MOST_LINES]]
    if len(row.lines) > MOST_LINES:
        details.append(f"and {len(row.lines) - MOST_LINES} more")
    if row.reason:
        details.append(f"Why: {LOSS_REASONS.get(row.reason, row.reason)}")
    if row.note and row.kind not in ("drafted", "edited"):
        details.append(f"“{row.note}”")
    return SimpleNamespace(text=f"{word}: {counted}" if counted else word, icon=icon, at=row.at, by=row.actor_name, details=details)


def _line(line: dict[str, object]) -> str:
    counted = ", ".join(f"{line[name]:,} {word}" for name, word in COUNTERS.items() if line.get(name))
    return f"{line['sku']}: {counted}"


def progress(row: Row) -> list[SimpleNamespace]:
    """Draft, on the way, received: done, now or to come. A cancelled one ends where it stopped."""
    if row.status == "cancelled":
        went = "done" if row.dispatched_at else "todo"
        end = "Sent back" if row.dispatched_at else "Cancelled"
        return [_stage("Draft", "done"), _stage("In transit", went), _stage(end, "problem")]
    state = {"draft": 0, "in_transit": 1, "partially_received": 1, "received": 3}[row.status]
    note = f"{row.in_transit:,} on the way" if row.in_transit else ""
    states = ["done" if place < state else "now" if place == state else "todo" for place in range(3)]
    return [_stage("Draft", states[0]), _stage("In transit", states[1], note), _stage("Received", states[2])]


def _stage(label: str, state: str, note: str = "") -> SimpleNamespace:
    return SimpleNamespace(label=label, state=state, note=note)


def views_of(status: str) -> str:
    """The names of the views that hold a transfer with this status."""
    return " ".join(view for view, (_, statuses) in VIEWS.items() if status in statuses)
