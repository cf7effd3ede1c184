"""Money of changed lines: tax and discount that follow their line, a discount spread over lines, the order's sums. Pure, minor units."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboard.kernel import units
from dashboard.orders.named import Named, by_name, summed


class Worth(NamedTuple):
    """What a line counts: units that are paid for, price in 1/10,000, tax and discount of the line."""

    quantity: int
    unit_price_e4: int
    tax: int
    discount: int


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


def follow(amount: int, before: Worth, quantity: int, unit_price_e4: int) -> int:
    """Tax or discount of a line whose quantity or price changes: as much in proportion, rounded half up. Nothing for no units."""
    if not quantity:
        return 0
    was, will = before.quantity * before.unit_price_e4, quantity * unit_price_e4
    if not was or was == will:
        return amount
    whole, rest = divmod(abs(amount) * will, was)
    whole += 2 * rest >= was
    return whole if amount >= 0 else -whole


def percent_of(amount: int, percent: int) -> int:
    """Rounded half up."""
    return (2 * amount * percent + 100) // 200


def spread(amount: int, worths: Sequence[int]) -> list[int]:
    """Share an amount out in proportion, to the last minor unit: the largest remainders get what rounding left over.

    Without any worth the first gets all of it.
    """
    total = sum(worths)
    if not total:
        return [amount, *[0] * (len(worths) - 1)] if worths else []
    shares = [amount * worth // total for worth in worths]
    order = sorted(range(len(worths)), key=lambda place: (-(amount * worths[place] % total), place))
    for place in order[: amount - sum(shares)]:
        shares[place] += 1
    return shares


def respread(entries: Sequence[Named], amount: int) -> tuple[Named, ...]:
    """The same names for another amount, in proportion; none for nothing."""
    if not entries or summed(entries) == amount:
        return tuple(entries)
    shares = spread(amount, [entry.amount for entry in entries])
    return tuple(Named(entry.name, share) for entry, share in zip(entries, shares, strict=True) if share)


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
