"""Counts in words: label, role and shape of every state."""

from typing import NamedTuple

from dashboard.counts.store import BlindLine, Head, ReviewLine


class Mark(NamedTuple):
    """A state as its badge shows it. at: when, if that says something."""

    label: str
    role: str
    shape: str
    at: object = None


STATUSES = {
    "open": Mark("Open", "info", "ring"),
    "counting": Mark("Counting", "info", "half"),
    "review": Mark("In review", "warn", "eye"),
    "approved": Mark("Done", "ok", "check"),
    "cancelled": Mark("Cancelled", "neutral", "ban"),
}
SOURCES = {"schedule": "what was due", "manual": "chosen SKUs"}


def status(head: Head) -> Mark:
    return STATUSES[head.status]


def blind(line: BlindLine) -> Mark:
    """A line for counters: who is on it, who has counted it, who must not count it again; never a figure."""
    if line.state == "counted":
        return Mark(f"Counted by {line.counter_name}", "ok", "check", line.counted_at)
    if line.state == "approved":
        return Mark("Approved", "ok", "check")
    if line.state == "rejected":
        return Mark("Left out", "neutral", "ban")
    if line.on_it:
        return Mark(f"{line.on_it_name} is on it", "info", "half", line.on_it_at)
    if line.not_by:
        return Mark(f"Count again, not {line.not_by_name}", "warn", "refresh")
    return Mark("To count", "neutral", "ring-dashed")


def reviewed(line: ReviewLine) -> Mark:
    """A figure for approvers."""
    if line.state == "approved":
        return Mark(f"Approved by {line.decided_by_name}", "ok", "check", line.decided_at)
    if line.state == "rejected":
        return Mark(f"Left out by {line.decided_by_name}", "neutral", "ban", line.decided_at)
    if line.state == "recount":
        return Mark("Counted again", "neutral", "refresh")
    if line.state == "to_count":
        return Mark("To count", "neutral", "ring-dashed")
    if not line.variance:
        return Mark("Exact", "ok", "check")
    return Mark("Within tolerance", "info", "dot") if line.within else Mark("Above tolerance", "warn", "triangle")


def signed(number: int | None) -> str:
    """+3, −2, 0, or a dash for nothing; with a true minus sign."""
    if number is None:
        return "–"
    text = f"{abs(number):,}"
    return f"+{text}" if number > 0 else f"−{text}" if number < 0 else text
