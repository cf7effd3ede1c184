"""The forms of a transfer on the way: what arrived and what was lost, as typed; scans that count up; the commands they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.inventory.tracked_typed import typed_given
from dashboard.inventory.tracked_units import Given
from dashboard.kernel import units
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.transfers.commands import Arrival, Loss, ReceiveTransfer, SettleLoss

COUNTED = ("received", "damaged", "lost")


@dataclass
class TypedCounts:
    """values: typed text per `<line id>-<what>`; errors: by the same names, and `reason`, `note`, `scan`, `lines`."""

    skus: Mapping[int, str]
    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

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
        found = [
            (sku, self._units(f"{line_id}-received"), self._units(f"{line_id}-damaged"), self._given(line_id))
            for line_id, sku in self.skus.items()
        ]
        self._stop()
        lines = tuple(Arrival(*one) for one in found if one[1] or one[2])
        return ReceiveTransfer(number, lines, self.values.get("note", ""), version)

    def loss(self, number: str, version: int | None) -> SettleLoss:
        """Raises: Invalid, after putting every complaint beside its field."""
        found = [(sku, self._units(f"{line_id}-lost"), self._given(line_id).at(f"{sku}.")) for line_id, sku in self.skus.items()]
        if not self.values.get("reason"):
            self.errors["reason"] = "Choose why."
        self._stop()
        lines = tuple(Loss(*one) for one in found if one[1])
        return SettleLoss(number, lines, self.values["reason"], self.values.get("note", ""), version)

    def complain(self, error: DomainError, lines: Sequence[Arrival] | Sequence[Loss] = ()) -> None:
        """Put what the action refused beside the fields it is about. lines: those of the command."""
        ids = {sku: line_id for line_id, sku in self.skus.items()}
        for name, message in error.facts.get("fields", {"lines": error.message}).items():
            if name.endswith(".serials"):
                self.errors[f"{ids[name.removesuffix('.serials')]}-serials"] = message
                continue
            first, _, rest = name.partition(".")
            place, _, what = rest.partition(".")
            if first == "lines" and what and int(place) < len(lines):
                self.errors[f"{ids[lines[int(place)].sku]}-{'lost' if what == 'units' else what}"] = message
            else:
                self.errors[first] = message

    def _given(self, line_id: int) -> Given:
        """The serial numbers of a line, where some are typed; lots are known from what left."""
        return typed_given("serials", 0, {"serials": self.values.get(f"{line_id}-serials", "")})

    def _units(self, name: str) -> int:
        typed = self.values.get(name, "").strip()
        try:
            return units.whole_units(typed, "units", least=0) if typed else 0
        except Invalid as error:
            self.errors[name] = error.message
            return 0

    def _stop(self) -> None:
        if self.errors:
            raise Invalid("Look at the marked fields.")


def read(skus: Mapping[int, str], sent: Mapping[str, str]) -> TypedCounts:
    """The form as it was sent. skus: code per line id."""
    names = [f"{line_id}-{what}" for line_id in skus for what in (*COUNTED, "serials")]
    return TypedCounts(skus, {name: sent.get(name, "") for name in (*names, "reason", "note")})
