"""The one way units move between the buckets of an order line."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.inventory import allowance
from dashboard.kernel import jsontext
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

BUCKETS = ("backordered", "allocated", "picked", "packed", "shipped", "cancelled")
_moves: dict[tuple[str, str], Prepared] = {}
_SKUS = Prepared(
    sqlite="SELECT l.id, l.sku_id FROM json_each(:lines) j JOIN order_line l ON l.id = j.value",
    postgresql="SELECT l.id, l.sku_id FROM order_line l WHERE l.id = ANY(SELECT json_array_elements_text(%(lines)s::json)::bigint)",
)


@dataclass(frozen=True, slots=True)
class UnitMove:
    """units of an order line go from one bucket to another; both are names of BUCKETS."""

    line_id: int
    units: int
    source: str
    target: str


def move_units(tx: Tx, moves: Iterable[UnitMove]) -> None:
    """Move units, conserving each line's sum.

    Raises: RuntimeError, when a line has fewer units in the source bucket: the caller's facts and the counters disagree.
    """
    by_kind: dict[tuple[str, str], list[UnitMove]] = {}
    for move in moves:
        if move.units:
            by_kind.setdefault((move.source, move.target), []).append(move)
    for (source, target), group in by_kind.items():
        changed = tx.run_many(_statement(source, target), [{"id": move.line_id, "units": move.units} for move in group])
        if changed != len(group):
            raise RuntimeError(f"order line counters do not cover a move of units from {source} to {target}")
    _count_waiting(tx, [move for group in by_kind.values() for move in group if "backordered" in (move.source, move.target)])


def _count_waiting(tx: Tx, moves: list[UnitMove]) -> None:
    """Keep the SKUs' own count of waiting units in step (inventory.allowance)."""
    if not moves:
        return
    skus = dict(tx.run(_SKUS, lines=jsontext.encode(sorted({move.line_id for move in moves}))).fetchall())
    changes = ((skus.get(move.line_id), move.units if move.target == "backordered" else -move.units) for move in moves)
    allowance.count(tx, [(sku_id, units) for sku_id, units in changes if sku_id is not None])


def _statement(source: str, target: str) -> Prepared:
    found = _moves.get((source, target))
    if found is None:
        if source not in BUCKETS or target not in BUCKETS:
            raise ValueError(f"no such bucket: {source} or {target}")
        text = (f"UPDATE order_line SET {source} = {source} - {{units}}, {target} = {target} + {{units}}"  # noqa: S608 (names checked above)
                f" WHERE id = {{id}} AND {source} >= {{units}}")
        found = _moves[source, target] = Prepared(
            sqlite=text.format(units=":units", id=":id"), postgresql=text.format(units="%(units)s::bigint", id="%(id)s"))
    return found


_DELIVER = Prepared(
    sqlite="UPDATE order_line SET delivered = delivered + :units WHERE id = :id AND delivered + :units <= shipped",
    postgresql="UPDATE order_line SET delivered = delivered + %(units)s::bigint WHERE id = %(id)s"
    " AND delivered + %(units)s::bigint <= shipped",
)
_RETURN = Prepared(
    sqlite="UPDATE order_line SET returned = returned + :units WHERE id = :id AND returned + :units <= shipped",
    postgresql="UPDATE order_line SET returned = returned + %(units)s::bigint WHERE id = %(id)s"
    " AND returned + %(units)s::bigint <= shipped",
)


def deliver_units(tx: Tx, line_id: int, units: int) -> bool:
    """Count units as delivered; False when more than was shipped would be."""
    return tx.run(_DELIVER, id=line_id, units=units).rowcount == 1


def return_units(tx: Tx, line_id: int, units: int) -> bool:
    """Count units as returned; False when more than was shipped would be."""
    return tx.run(_RETURN, id=line_id, units=units).rowcount == 1
