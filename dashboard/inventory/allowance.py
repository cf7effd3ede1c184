"""Units that wait on order lines, counted per SKU, and never more of them than the SKU's cap allows.

The count moves by one conditional statement, so that orders that come at once share what is left and never pass it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

_WAIT = (
    "INSERT INTO sku_backorder (sku_id, policy, cap, open_units, version) VALUES ({sku_id}, 'default', NULL, {units}, 1)"
    " ON CONFLICT (sku_id) DO UPDATE SET open_units = sku_backorder.open_units + excluded.open_units WHERE {forced}"
    " OR sku_backorder.policy = 'default' OR (sku_backorder.policy = 'allowed' AND"
    " (sku_backorder.cap IS NULL OR sku_backorder.open_units + excluded.open_units <= sku_backorder.cap))"
)
_WAITS = Prepared(
    sqlite=_WAIT.format(sku_id=":sku_id", units=":units", forced=":forced"),
    postgresql=_WAIT.format(sku_id="%(sku_id)s", units="%(units)s::bigint", forced="%(forced)s"),
)
_SERVED = Prepared(
    sqlite="UPDATE sku_backorder SET open_units = open_units - :units WHERE sku_id = :sku_id AND open_units >= :units",
    postgresql="UPDATE sku_backorder SET open_units = open_units - %(units)s::bigint"
    " WHERE sku_id = %(sku_id)s AND open_units >= %(units)s::bigint",
)
_LEFT = Prepared(
    sqlite="SELECT policy, cap, open_units FROM sku_backorder WHERE sku_id = :sku_id",
    postgresql="SELECT policy, cap, open_units FROM sku_backorder WHERE sku_id = %(sku_id)s",
)


class Refused(NamedTuple):
    """A SKU of which so many units may not wait. left: how many may; allowed: False when none ever may."""

    sku_id: int
    left: int
    allowed: bool


def wait(tx: Tx, units: Mapping[int, int], *, forced: bool = False) -> list[Refused]:
    """Count units that wait from now on, per SKU id. forced: they were sold already, whatever the SKU allows.

    Returns: the SKUs that refuse; the caller then has to refuse the whole transaction.
    """
    refused = []
    for sku_id, count in sorted(units.items()):
        if count and not tx.run(_WAITS, sku_id=sku_id, units=count, forced=forced).rowcount:
            policy, cap, waiting = tx.run(_LEFT, sku_id=sku_id).fetchone()
            refused.append(Refused(sku_id, max(0, (cap or 0) - waiting), policy != "refused"))
    return refused


def count(tx: Tx, changes: Iterable[tuple[int, int]]) -> None:
    """Follow units that began to wait (+) or wait no more (-): [(SKU id, units)].

    Raises: RuntimeError, when fewer units are counted as waiting than wait no more.
    """
    sums: dict[int, int] = {}
    for sku_id, units in changes:
        sums[sku_id] = sums.get(sku_id, 0) + units
    for sku_id, units in sorted(sums.items()):
        if units > 0:
            tx.run(_WAITS, sku_id=sku_id, units=units, forced=True)
        elif units < 0 and not tx.run(_SERVED, sku_id=sku_id, units=-units).rowcount:
            raise RuntimeError(f"fewer than {-units} units of SKU {sku_id} are counted as waiting")
