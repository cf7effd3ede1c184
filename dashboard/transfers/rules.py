"""How a transfer goes from draft to done, and what its lines may say. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dashboard.kernel.states import StateTable
from dashboard.kernel.units import MOST_UNITS
from dashboard.transfers.commands import Arrival, DraftTransfer, Loss

STATES = StateTable(
    "transfer",
    start=("draft",),
    moves={
        "draft": ("in_transit", "cancelled"),
        "in_transit": ("partially_received", "received", "cancelled"),
        "partially_received": ("partially_received", "received"),
        "received": (),
        "cancelled": (),
    },
)
ON_THE_WAY = ("in_transit", "partially_received")
VIEWS = {
    "all": ("All", STATES.statuses),
    "open": ("To dispatch", ("draft",)),
    "in_transit": ("In transit", ON_THE_WAY),
    "done": ("Done", ("received", "cancelled")),
}
"""View -> (label, statuses)."""
STEPS = ("drafted", "edited", "dispatched", "received", "settled", "sent_back", "cancelled")
LOSS_REASONS = {
    "missing": "Missing on arrival",
    "carrier": "Lost by the carrier",
    "stolen": "Stolen",
    "destroyed": "Destroyed on the way",
    "other": "Other",
}
MOST_LINES = 500


FIRST_NUMBER = 1_000


def number_of(transfer_id: int) -> str:
    """7 -> 'T1007'."""
    return f"T{FIRST_NUMBER + transfer_id}"


def number_of_cause(cause: str | None) -> str:
    """The number of the transfer that caused a movement: 'transfer:7' -> 'T1007'; nothing for another cause."""
    kind, _, transfer_id = (cause or "").partition(":")
    return number_of(int(transfer_id)) if kind == "transfer" and transfer_id.isdecimal() else ""


class Tally(NamedTuple):
    """Where the units of one line are."""

    sent: int
    received: int = 0
    damaged: int = 0
    lost: int = 0
    returned: int = 0

    @property
    def in_transit(self) -> int:
        return self.sent - self.received - self.damaged - self.lost - self.returned


def status_after(tallies: Iterable[Tally]) -> str:
    """The status once units of a dispatched transfer arrived, were lost or went back: cancelled if all of them went back."""
    known = list(tallies)
    if any(tally.in_transit for tally in known):
        return "partially_received"
    return "cancelled" if all(tally.returned == tally.sent for tally in known) else "received"


def draft_complaints(draft: DraftTransfer) -> dict[str, str]:
    """{field: message} of what is wrong with a draft by itself; the fields of lines are `lines.<place>.<name>`."""
    fields: dict[str, str] = {}
    if draft.from_location == draft.to_location:
        fields["to_location"] = "A transfer goes to another location."
    if not 1 <= len(draft.lines) <= MOST_LINES:
        fields["lines"] = f"A transfer has 1 to {MOST_LINES} lines."
    seen: set[str] = set()
    for place, line in enumerate(draft.lines):
        if not is_units(line.units, least=1):
            fields[f"lines.{place}.units"] = f"A whole number of units from 1 to {MOST_UNITS}."
        if line.sku in seen:
            fields[f"lines.{place}.sku"] = f"{line.sku} stands in a line above; put its units together."
        seen.add(line.sku)
    return fields


def arrival_complaints(lines: Sequence[Arrival], on_the_way: dict[str, int]) -> dict[str, str]:
    """{field: message} of what is wrong with a receipt. on_the_way: units in transit per SKU of the transfer."""
    fields: dict[str, str] = {}
    for place, line in enumerate(lines):
        counted = {"received": line.received, "damaged": line.damaged}
        for name, units in counted.items():
            if not is_units(units):
                fields[f"lines.{place}.{name}"] = f"A whole number of units from 0 to {MOST_UNITS}."
    fields |= _too_many([(line.sku, line.received, line.damaged) for line in lines], on_the_way, "received") if not fields else {}
    if not fields and not any(line.received or line.damaged for line in lines):
        fields["lines"] = "Say how many units arrived, whole or damaged."
    return fields


def loss_complaints(lines: Sequence[Loss], on_the_way: dict[str, int]) -> dict[str, str]:
    """{field: message} of what is wrong with a write-off. on_the_way: units in transit per SKU of the transfer."""
    fields = {
        f"lines.{place}.units": f"A whole number of units from 1 to {MOST_UNITS}."
        for place, line in enumerate(lines)
        if not is_units(line.units, least=1)
    }
    fields |= _too_many([(line.sku, line.units, 0) for line in lines], on_the_way, "units") if not fields else {}
    return fields if lines else {"lines": "Say which units were lost."}


def _too_many(lines: Sequence[tuple[str, int, int]], on_the_way: dict[str, int], name: str) -> dict[str, str]:
    fields = {}
    left = dict(on_the_way)
    for place, (sku, *units) in enumerate(lines):
        if sku not in left:
            fields[f"lines.{place}.sku"] = f"{sku[:64]} is not in this transfer."
        elif sum(units) > left[sku]:
            fields[f"lines.{place}.{name}"] = f"Only {left[sku]} of {sku} are still on the way."
        else:
            left[sku] -= sum(units)
    return fields


def is_units(value: object, least: int = 0) -> bool:
    """Whether this is a whole number of units that can be kept."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_UNITS
