"""What lines are worth when their units change: tax and discount that follow, an amount spread, names respread. Pure, minor units."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboard.orders.named import Named, summed


class Worth(NamedTuple):
    """What a line counts: units that are paid for, price in 1/10,000, tax and discount of the line."""

    quantity: int
    unit_price_e4: int
    tax: int
    discount: int


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
