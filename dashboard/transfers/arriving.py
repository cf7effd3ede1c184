"""The forms of a transfer: what leaves, what arrived and what was lost, as typed; scans that count up; the commands they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from dashboard.inventory.tracked_typed import TypedGiven, read_given
from dashboard.inventory.tracked_units import NOTHING, Given
from dashboard.kernel import units
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.transfers.commands import Arrival, DispatchTransfer, Loss, ReceiveTransfer, SettleLoss

COUNTED = ("received", "damaged", "lost")


@dataclass
class TypedCounts:
    """values: typed text per `<line id>-<what>`; errors: by the same names, and `reason`, `note`, `scan`, `lines`.

    given: what was typed about lots and serial numbers, per line id; tracks: which of them a line has.
    """

    skus: Mapping[int, str]
    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    given: dict[int, TypedGiven] = field(default_factory=dict)
    tracks: Mapping[int, str] = field(default_factory=dict)

    def value(self, line_id: int, what: str) -> str:
        return self.values.get(f"{line_id}-{what}", "")

    def scan(self, line_id: int, on_the_way: int) -> int:
        """One more unit of this line; returns how many are counted now. Above what is on the way it complains instead."""
        name = f"{line_id}-received"
        counted = self._units(name)
        if counted + self._units(f"{line_id}-damaged") >= on_the_way:
            self.errors["scan"] = f"All {on_the_way} of {self.skus[line_id]} that are on the way are counted already."
            return counted
        self.values[name] = str(counted + 1)
        return counted + 1

    def receipt(self, number: str, version: int | None) -> ReceiveTransfer:
        """Raises: Invalid, after putting every complaint beside its field."""
        found = []
        for line_id, sku in self.skus.items():
            whole, damaged = self._units(f"{line_id}-received"), self._units(f"{line_id}-damaged")
            found.append((sku, whole, damaged, self._given(line_id, whole + damaged)))
        self._stop()
        lines = tuple(Arrival(*one) for one in found if one[1] or one[2])
        return ReceiveTransfer(number, lines, self.values.get("note", ""), version)

    def loss(self, number: str, version: int | None) -> SettleLoss:
        """Raises: Invalid, after putting every complaint beside its field."""
        found = []
        for line_id, sku in self.skus.items():
            lost = self._units(f"{line_id}-lost")
            found.append((sku, lost, self._given(line_id, lost).at(f"{sku}.")))
        if not self.values.get("reason"):
            self.errors["reason"] = "Choose why."
        self._stop()
        lines = tuple(Loss(*one) for one in found if one[1])
        return SettleLoss(number, lines, self.values["reason"], self.values.get("note", ""), version)

    def complain(self, error: DomainError, lines: Sequence[Arrival] | Sequence[Loss] = ()) -> None:
        """Put what the action refused beside the fields it is about. lines: those of the command."""
        ids = {sku: line_id for line_id, sku in self.skus.items()}
        for name, message in error.facts.get("fields", {"lines": error.message}).items():
            sku = next((sku for sku in ids if name.startswith((f"{sku}.serials", f"{sku}.lots"))), None)
            if sku is not None:
                self.given[ids[sku]].complain(name.removeprefix(f"{sku}."), message)
                continue
            first, _, rest = name.partition(".")
            place, _, what = rest.partition(".")
            if first == "lines" and what and int(place) < len(lines):
                self.errors[f"{ids[lines[int(place)].sku]}-{'lost' if what == 'units' else what}"] = message
            else:
                self.errors[first] = message

    def dispatch(self, number: str, version: int | None, planned: Mapping[int, int]) -> DispatchTransfer:
        """planned: units per line id. Raises: Invalid, after putting every complaint beside its field."""
        given = {sku: self._given(line_id, planned[line_id]) for line_id, sku in self.skus.items()}
        self._stop()
        return DispatchTransfer(number, version, {sku: one for sku, one in given.items() if one.named})

    def _given(self, line_id: int, count: int) -> Given:
        """The lots or serial numbers of a line, where some are typed; otherwise lots go, or are known from what left."""
        if line_id not in self.given:
            return NOTHING
        try:
            return self.given[line_id].given(self.tracks[line_id], count)
        except Invalid:
            return NOTHING

    def _units(self, name: str) -> int:
        typed = self.values.get(name, "").strip()
        try:
            return units.whole_units(typed, "units", least=0) if typed else 0
        except Invalid as error:
            self.errors[name] = error.message
            return 0

    def _stop(self) -> None:
        if self.errors or any(given.errors for given in self.given.values()):
            raise Invalid("Look at the marked fields.")


def read(skus: Mapping[int, str], sent: MultiDict[str, str], tracks: Mapping[int, str]) -> TypedCounts:
    """The form as it was sent. skus: code per line id; tracks: of the lines that are kept by lot or serial number."""
    names = [f"{line_id}-{what}" for line_id in skus for what in COUNTED]
    given = {line_id: read_given(sent, f"{line_id}-") for line_id in tracks if line_id in skus}
    return TypedCounts(skus, {name: sent.get(name, "") for name in (*names, "reason", "note")}, given=given, tracks=tracks)
