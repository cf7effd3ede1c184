"""Money of changed lines: percentages, names of parts, the order's sums, what an edit means for payment. Pure, minor units."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboard.kernel import units
from dashboard.orders.named import Named, by_name, summed
from dashboard.orders.worth import Worth, respread


class Money(NamedTuple):
    """What an edit means for payment. promised: the shop has or may take it; received and refunded are parts of the ledger."""

    before: int
    after: int
    promised: int
    received: int
    refunded: int

    @property
    def due_before(self) -> int:
        return max(0, self.before - self.promised)

    @property
    def due_after(self) -> int:
        """What nobody has promised yet, once the edit is done."""
        return max(0, self.after - self.promised)

    @property
    def refundable(self) -> int:
        """Received and not paid back, above what the order then costs."""
        return max(0, self.received - self.refunded - self.after)

    @property
    def untaken(self) -> int:
        """Promised and not received, above what the order then costs: it need not be taken."""
        return max(0, self.promised - max(self.after, self.received))


def percent_of(amount: int, percent: int) -> int:
    """Rounded half up."""
    return (2 * amount * percent + 100) // 200


def part_of(entries: Sequence[Named], amount: int, rest: int) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The names of two parts of an amount: name by name they add up to what was there, where rounding lets them."""
    part = respread(entries, amount)
    taken = {entry.name: entry.amount for entry in part}
    left = [Named(entry.name, entry.amount - taken.get(entry.name, 0)) for entry in entries]
    if summed(left) == rest and all(entry.amount >= 0 for entry in left):
        return part, tuple(entry for entry in left if entry.amount)
    return part, respread(entries, rest)


def with_named(entries: Sequence[Named], amount: int, fresh: Named) -> tuple[Named, ...]:
    """The names of an amount with one more, or another share for one that is there. What had no name goes on without."""
    unnamed = amount - summed(entries)
    rest = [entry for entry in entries if entry.name != fresh.name] + ([Named("", unnamed)] if unnamed > 0 else [])
    return tuple(entry for entry in by_name([*rest, fresh]) if entry.amount)


def sums(lines: Sequence[Worth], shipping: int, currency: str) -> dict[str, int]:
    """lines_total, tax, discount, shipping and total of an order of these lines."""
    goods = sum(units.extended(line.quantity, line.unit_price_e4, currency) for line in lines)
    tax, discount = sum(line.tax for line in lines), sum(line.discount for line in lines)
    return {
        "lines_total": goods,
        "tax": tax,
        "shipping": shipping,
        "discount": discount,
        "total": goods + tax + shipping - discount,
    }


def money(sums_before: Mapping[str, int], sums_after: Mapping[str, int], ledger: Mapping[str, int]) -> Money:
    """ledger: promised, received, refunded."""
    return Money(sums_before["total"], sums_after["total"], ledger["promised"], ledger["received"], ledger["refunded"])
