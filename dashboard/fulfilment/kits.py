"""From units of parts to units of order lines: a kit counts when all of its parts do. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from dashboard.fulfilment.work import WorkLine


def whole(lines: Iterable[WorkLine], column: str, more: Mapping[int, int] | None = None) -> dict[int, int]:
    """Units of each order line of a fulfilment order that are complete in this column (units, picked or packed).

    Args: more: further units per fulfilment line. Returns: {order line id: units, or whole kits}.
    """
    found: dict[int, int] = {}
    for line in lines:
        count = (getattr(line, column) + (more or {}).get(line.id, 0)) // (line.per or 1)
        found[line.order_line_id] = min(found.get(line.order_line_id, count), count)
    return found


def steps(lines: Sequence[WorkLine], column: str, more: Mapping[int, int]) -> dict[int, int]:
    """How many units of each order line these further units of its parts complete; lines without any are missing."""
    before, after = whole(lines, column), whole(lines, column, more)
    return {line_id: count - before[line_id] for line_id, count in after.items() if count > before[line_id]}
