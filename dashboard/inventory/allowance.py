"""Units that wait on order lines, counted per SKU, and never more of them than the SKU's cap allows.

The count moves by one conditional statement, so that orders that come at once share what is left and never pass it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dashboard.kernel import jsontext
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

_WAIT = (
    "INSERT INTO sku_backorder (sku_id, policy, cap, open_units, version) VALUES ({sku_id}, 'default', NULL, {units}, 1)"
    " ON CONFLICT (sku_id) DO UPDATE SET open_units = sku_backorder.open_units + excluded.open_units WHERE {forced}"
    " OR CASE WHEN sku_backorder.preorder_from > {today} THEN sku_backorder.preorder_cap IS NULL"
    " OR sku_backorder.open_units + excluded.open_units <= sku_backorder.preorder_cap"
    " ELSE sku_backorder.policy = 'default' OR (sku_backorder.policy = 'allowed' AND"
    " (sku_backorder.cap IS NULL OR sku_backorder.open_units + excluded.open_units <= sku_backorder.cap)) END"
    " RETURNING preorder_from > {today}"
)
_WAITS = Prepared(
    sqlite=_WAIT.format(sku_id=":sku_id", units=":units", forced=":forced", today=":today"),
    postgresql=_WAIT.format(sku_id="%(sku_id)s", units="%(units)s::bigint", forced="%(forced)s", today="%(today)s::date"),
)
_SERVED = Prepared(
    sqlite="UPDATE sku_backorder SET open_units = open_units - :units WHERE sku_id = :sku_id AND open_units >= :units",
    postgresql="UPDATE sku_backorder SET open_units = open_units - %(units)s::bigint"
    " WHERE sku_id = %(sku_id)s AND open_units >= %(units)s::bigint",
)
_LEFT = Prepared(
    sqlite="SELECT policy, cap, open_units, preorder_from > :today, preorder_cap FROM sku_backorder WHERE sku_id = :sku_id",
    postgresql="SELECT policy, cap, open_units, preorder_from > %(today)s::date, preorder_cap FROM sku_backorder WHERE sku_id = %(sku_id)s",
)
_LOCK = Prepared(
    sqlite="SELECT 1",
    postgresql="SELECT 1 FROM sku_backorder WHERE sku_id = ANY(SELECT json_array_elements_text(%(skus)s::json)::bigint)"
    " ORDER BY sku_id FOR UPDATE",
)
FOREVER = dt.date.max


class Refused(NamedTuple):
    """A SKU of which so many units may not wait. left: how many may; allowed: False when none ever may."""

    sku_id: int
    left: int
    allowed: bool


class Counted(NamedTuple):
    """refused: SKUs that let no more units wait; preorders: ids of those on preorder, whose units wait as preorders."""

    refused: list[Refused]
    preorders: frozenset[int]


def wait(tx: Tx, units: Mapping[int, int], today: dt.date, *, forced: bool = False) -> Counted:
    """Count units that wait from now on, per SKU id. forced: they were sold already, whatever the SKU allows.

    When one refuses, the caller has to refuse the whole transaction.
    """
    refused, preorders, day = [], set(), today.isoformat()
    for sku_id, count in sorted(units.items()):
        if not count:
            continue
        counted = tx.run(_WAITS, sku_id=sku_id, units=count, forced=forced, today=day).fetchone()
        if counted is None:
            refused.append(_refused(sku_id, *tx.run(_LEFT, sku_id=sku_id, today=day).fetchone()))
        elif counted[0]:
            preorders.add(sku_id)
    return Counted(refused, frozenset(preorders))


def _refused(sku_id: int, policy: str, cap: int | None, waiting: int, preorder: bool | None, preorder_cap: int | None) -> Refused:
    most = preorder_cap if preorder else cap
    return Refused(sku_id, max(0, (most or 0) - waiting), bool(preorder) or policy != "refused")


def lock(tx: Tx, sku_ids: Iterable[int]) -> None:
    """Take the counts of these SKUs in key order, for an action that goes on to change them one by one."""
    if not tx.is_sqlite:
        tx.run(_LOCK, skus=jsontext.encode(sorted(set(sku_ids))))


def count(tx: Tx, changes: Iterable[tuple[int, int]]) -> None:
    """Follow units that began to wait (+) or wait no more (-): [(SKU id, units)].

    Raises: RuntimeError, when fewer units are counted as waiting than wait no more.
    """
    sums: dict[int, int] = {}
    for sku_id, units in changes:
        sums[sku_id] = sums.get(sku_id, 0) + units
    for sku_id, units in sorted(sums.items()):
        if units > 0:
            tx.run(_WAITS, sku_id=sku_id, units=units, forced=True, today=FOREVER.isoformat()).fetchone()
        elif units < 0 and not tx.run(_SERVED, sku_id=sku_id, units=-units).rowcount:
            raise RuntimeError(f"fewer than {-units} units of SKU {sku_id} are counted as waiting")
