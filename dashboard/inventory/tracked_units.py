"""What a person says about the units of a SKU that is kept by lot or by serial number; how it is checked. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dashboard.catalog.rules import fold_code
from dashboard.kernel import text
from dashboard.kernel.errors import Invalid

MOST_CODE = 60
MOST_LOTS = 50
MOST_SERIALS = 5_000


class LotUnits(NamedTuple):
    """Units of one lot. expires_on: needed when the lot is new, and must agree when it is not; good up to and including that day."""

    code: str
    units: int
    expires_on: dt.date | None = None


class Given(NamedTuple):
    """The lots or serial numbers of a change of stock. field: what complaints about them are prefixed with, for example `items.0.`."""

    lots: Sequence[LotUnits] = ()
    serials: Sequence[str] = ()
    field: str = ""

    @property
    def named(self) -> bool:
        """Whether any lot or serial number is named at all."""
        return bool(self.lots or self.serials)

    def at(self, field: str) -> "Given":
        """The same, with complaints prefixed by this field."""
        return self._replace(field=field)

    def split(self, units: int) -> "tuple[Given, Given]":
        """What is of the first so many units, and the rest."""
        first, rest = [], []
        for lot in self.lots:
            share = min(lot.units, max(0, units - sum(taken.units for taken in first)))
            first += [lot._replace(units=share)] if share else []
            rest += [lot._replace(units=lot.units - share)] if lot.units - share else []
        return (
            Given(tuple(first), tuple(self.serials[:units]), self.field),
            Given(tuple(rest), tuple(self.serials[units:]), self.field),
        )

    def complain(self, name: str, message: str) -> Invalid:
        """The refusal of one of them. name: lots, lots.0.expires_on, serials."""
        return Invalid(message, fields={f"{self.field}{name}": message})


NOTHING = Given()


def folded(code: str) -> str:
    """The one spelling of a lot's code or a serial number: as of a SKU code."""
    return fold_code(code)


def lots_of(sku: str, units: int, given: Given) -> list[LotUnits]:
    """The named lots, folded; together they are exactly the units that move.

    Raises: Invalid, naming the field, for none, too many, a lot named twice, without a code or with units below 1, or another sum.
    """
    if given.serials:
        raise given.complain("serials", f"{sku} is kept by lot; it has no serial numbers.")
    if not given.lots:
        raise given.complain("lots", f"{sku} is kept by lot: say which lot, and when it expires.")
    if len(given.lots) > MOST_LOTS:
        raise given.complain("lots", f"At most {MOST_LOTS} lots at once.")
    found: list[LotUnits] = []
    for place, lot in enumerate(given.lots):
        code = folded(lot.code)
        if trouble := "required" if not code else text.trouble(code, MOST_CODE):
            raise given.complain(f"lots.{place}.lot", f"{sku}: the lot's code is {trouble}.")
        if lot.units < 1:
            raise given.complain(f"lots.{place}.units", f"{sku}, lot {code}: 1 unit or more, not {lot.units}.")
        if code in {other.code for other in found}:
            raise given.complain(f"lots.{place}.lot", f"{sku}: lot {code} is named twice; count it together.")
        found.append(LotUnits(code, lot.units, lot.expires_on))
    total = sum(lot.units for lot in found)
    if total != units:
        raise given.complain("lots", f"{sku}: the lots have {total} units together, not {units}.")
    return found


def serials_of(sku: str, units: int, given: Given) -> list[str]:
    """The named serial numbers, folded, one for each unit.

    Raises: Invalid, naming the field, for another number of them, one named twice, or one that cannot be kept.
    """
    if given.lots:
        raise given.complain("lots", f"{sku} is kept by serial number; it has no lots.")
    found = [code for code in map(folded, given.serials) if code]
    if twice := [code for code, count in Counter(found).items() if count > 1]:
        raise given.complain("serials", f"{sku}: serial number {twice[0][:MOST_CODE]} is given twice.")
    if len(found) > MOST_SERIALS:
        raise given.complain("serials", f"At most {MOST_SERIALS} serial numbers at once.")
    if len(found) != units:
        raise given.complain("serials", f"{sku} needs a serial number for each of {units} units; {len(found)} are given.")
    for code in found:
        if trouble := text.trouble(code, MOST_CODE):
            raise given.complain("serials", f"{sku}: serial number {code[:20]}… {trouble}.")
    return found


def earliest_first(free: Iterable[tuple[int, int]], units: int) -> list[tuple[int, int]]:
    """[(lot id, units)] of the first of these (lot id, free units), until the units are together; fewer when there are too few."""
    found = []
    for lot_id, count in free:
        share = min(count, units)
        if share > 0:
            found.append((lot_id, share))
            units -= share
    return found


def is_expired(expires_on: dt.date, today: dt.date) -> bool:
    return expires_on < today


def typed_serials(typed: str) -> tuple[str, ...]:
    """A text area of serial numbers, one per line (as a scanner with Enter sends them), empty lines left out."""
    return tuple(line.strip() for line in typed.splitlines() if line.strip())
